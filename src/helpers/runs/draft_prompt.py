"""Questions of a draft on a terminal: numbered columns, Enter takes the proposed one, 0 none of them."""

from rich.console import Console
from rich.prompt import IntPrompt

from helpers.runs.draft_ask import Ask, Question
from helpers.runs.draft_show import indented, text_as_is


def ask_here(console: Console) -> Ask:
    """Asks on this console until the answer is one of the numbers."""

    def ask(question: Question) -> str:
        console.print(text_as_is(f"{question.shown}: which column is {question.meant}?", "bold"))
        for number, choice in enumerate(question.choices, start=1):
            proposed = "  (proposed)" if number == 1 else ""
            console.print(indented(f"{number}  {choice.source}{proposed}: {choice.says}", 2))
        console.print(indented("0  none of them", 2))
        numbers = [str(number) for number in range(len(question.choices) + 1)]
        answer = IntPrompt.ask(
            "Number, or Enter for 1", console=console, choices=numbers, default=1, show_choices=False,
            show_default=False,
        )  # fmt: skip
        console.print()
        return question.choices[answer - 1].source if answer else ""

    return ask

"""What a client's file means, guessed from its headers and a sample of its values. Text in, frozen guesses out."""

"""Parameter files, execution of the notebooks, rendering and publishing of a client's report."""

import sys

# nbformat imports jsonschema, which takes a second to build a grammar of addresses, for a check that the schema of
# notebooks does not ask for. None means that there is no such module, and jsonschema does without.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

"""An old ticket portal: MongoDB collections as ten Mongoose applications would have written them.

    with the tests' Python, in Tests/EndToEnd:
    python -m support.old_portal URI DATABASE COUNT [--seed N] [--style NAME] [--truth FILE]
                                 [--files DIR] [--broken]

`story.py` makes what happened to a ticket, the same for every style; `styles.py` writes it down in
one of ten ways; `truth.py` says what the ticket must be in a hub. `broken.py` has documents that
break rules, and `writer.py` is the old portal that goes on changing its tickets.
"""

from support.old_portal.broken import broken_documents
from support.old_portal.portal import Portal
from support.old_portal.styles import STYLES

__all__ = ["STYLES", "Portal", "broken_documents"]

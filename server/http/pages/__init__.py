"""Pages for people: each module holds the pages of one thing, complete without JavaScript where a form will do."""

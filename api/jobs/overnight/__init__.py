"""The overnight run: everybody matched against everything, in steps that survive being killed."""

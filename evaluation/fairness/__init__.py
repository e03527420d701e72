"""Who gets how much of what, by protected group, and the gate that keeps back what makes it worse for one of them."""

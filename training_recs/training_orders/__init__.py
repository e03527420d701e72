"""Order-based training (订单式): who can be trained for an order, the class, the cohort, and what became of it."""

"""Contact details looked over regularly: what cannot be right, and what nobody confirmed for long."""

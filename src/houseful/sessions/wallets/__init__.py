"""Wallets: money that customers have left with the house, and bonus on top."""

"""The door: phones that scan, enrolled as devices or in the hands of somebody signed in."""

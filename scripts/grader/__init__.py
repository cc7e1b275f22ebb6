"""Grades submissions: each runs where it can do no harm, and its answers are judged elsewhere."""

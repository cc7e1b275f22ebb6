"""How nbgrader makes and marks the exercises: for `npm run release`, and for nbgrader's own commands (--config)."""

c = get_config()  # noqa: F821

# A check knows this text, and says that the exercise is not written yet.
STUB = "throw new Error('YOUR CODE HERE');"
c.ClearSolutions.code_stub = {"typescript": STUB, "javascript": STUB}
c.ClearSolutions.begin_solution_delimeter = "// BEGIN SOLUTION"
c.ClearSolutions.end_solution_delimeter = "// END SOLUTION"
c.ClearHiddenTests.begin_test_delimeter = "// BEGIN HIDDEN TESTS"
c.ClearHiddenTests.end_test_delimeter = "// END HIDDEN TESTS"

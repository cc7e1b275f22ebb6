"""How nbgrader makes and marks the exercises: for `npm run release`, and in a course (`npm run release -- --course`)."""

import os

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "convlab"
# Trainings take few steps when a class is graded; CONVLAB_FAST= (empty) for full ones.
os.environ.setdefault("CONVLAB_FAST", "1")
# Seconds for a cell and for the kernel's start, on a machine that a class keeps busy. A cell that hangs is interrupted.
c.ExecutePreprocessor.timeout = 600
c.ExecutePreprocessor.startup_timeout = 120
c.ExecutePreprocessor.iopub_timeout = 120
c.ExecutePreprocessor.interrupt_on_timeout = True

# A check knows this text, and says that the exercise is not written yet.
STUB = "throw new Error('YOUR CODE HERE');"
c.ClearSolutions.code_stub = {"typescript": STUB, "javascript": STUB}
c.ClearSolutions.begin_solution_delimeter = "// BEGIN SOLUTION"
c.ClearSolutions.end_solution_delimeter = "// END SOLUTION"
c.ClearHiddenTests.begin_test_delimeter = "// BEGIN HIDDEN TESTS"
c.ClearHiddenTests.end_test_delimeter = "// END HIDDEN TESTS"

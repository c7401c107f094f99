"""How nbgrader makes, grades and returns the lessons. docs/teach/nbgrader.md tells what each line prevents."""

from kindling.grade import pages

c = get_config()  # noqa: F821

# The name of the course in the gradebook and in the exchange folder of a shared server.
c.CourseDirectory.course_id = "kindling"

# Downloaded images are not part of a submission: every grader has its own.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "data"]

# The stub of a task names the task: "Not yet: `softmax` still needs your code."
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.LockCells",
    "kindling.authoring.build.ClearSolutions",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# What was handed in is read without following a link, whichever editor wrote it.
c.Autograde.exporter_class = "kindling.grade.nbgrader_plugin.Exporter"

# The graded cells come back from the gradebook: a copied, deleted or edited one stops nobody's grading.
c.Autograde.sanitize_preprocessors = [
    "kindling.grade.nbgrader_plugin.RestoreCells",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.OverwriteKernelspec",
]

# A kernel that dies costs the cells from there on, not the whole notebook. A bonus task earns extra credit.
c.Autograde.autograde_preprocessors = [
    "kindling.grade.nbgrader_plugin.Execute",
    "nbgrader.preprocessors.IgnorePattern",
    "nbgrader.preprocessors.LimitOutput",
    "kindling.grade.nbgrader_plugin.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "kindling.grade.nbgrader_plugin.Clean",
    "kindling.grade.nbgrader_plugin.CleanFiles",
]

# These scripts are the learner's answer; every other file beside a lesson is replaced by ours.
c.Autograde.exclude_overwriting = {
    "08_final_exercise": ["scripts/model.py", "scripts/data.py", "scripts/main.py"],
}

# How long a cell may take, the engine tells by the lesson's own solutions. A cell that goes on so many seconds after it
# was stopped ends its kernel.
c.Execute.iopub_timeout = 5

# What the learner reads when that time is over.
c.Execute.error_on_timeout = {
    "ename": "CellTimeoutError",
    "evalue": "",
    "traceback": ["This cell ran longer than the time limit and was stopped. Does every loop in your code end?"],
}

# The same grade on every machine: images are drawn, whichever others there are, and one thread sums in one order.
# Nobody gets more threads by asking: on a busy machine they would only wait for each other.
c.Execute.environment = {"KINDLING_SOURCE": "drawn", "OMP_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1"}

# A cell with this tag does not run, and a graded cell that did not run has full marks. So nobody may know the tag.
c.Execute.skip_cells_with_tag = "no cell has this tag"

# The tasks of this lesson stand alone: after a cell that ended its kernel, the next ones run in a fresh one.
c.Execute.fresh_kernel = ["08_final_exercise"]

# Text on stderr would score 0. A warning or a progress bar is no mistake: a check that fails raises an error.
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = "^"

# Whoever opens a submission, in formgrader or as feedback, runs nothing of it, and asks no other server for formulas.
c.HTMLExporter.default_preprocessors = []  # which would refuse what `Clean` makes valid
c.HTMLExporter.preprocessors = [
    "kindling.grade.nbgrader_plugin.Clean",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.filters = pages.FILTERS
c.HTMLExporter.extra_template_basedirs = pages.TEMPLATES
c.GenerateFeedback.pre_convert_hook = "kindling.grade.nbgrader_plugin.clean_files"

# Feedback shows the sentence of a failed check and none of the hidden tests, and bonus points apart.
c.GenerateFeedback.preprocessors = [
    "kindling.grade.nbgrader_plugin.GetGrades",
    "kindling.grade.nbgrader_plugin.HideTests",
    "kindling.grade.nbgrader_plugin.ListTasks",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]

# Who handed in outside the exchange gets no feedback there, and keeps nobody else from theirs.
c.ExchangeFactory.release_feedback = "kindling.grade.feedback.ReleaseFeedback"

# Files from Moodle, Canvas, Blackboard, Gradescope, and in a folder for each student are known by their names. Zips are
# unpacked whoever packed them. A second run replaces what is older in submitted/, and only that.
c.ZipCollectApp.extractor_plugin = "kindling.grade.zips.Extractor"
c.ZipCollectApp.collector_plugin = "kindling.grade.collect.Collector"
c.ZipCollectApp.force = True
# The exported grades have every student, with the status; who has no grade has no score, not the 0 of one who failed.
c.ExportApp.plugin_class = "kindling.grade.report.grades.CsvExport"

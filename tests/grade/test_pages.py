"""What a browser makes of a submission: in real formgrader and on the feedback page, nothing of it runs.

The notebooks are what a hostile kernel leaves behind. Each way in asks a server that listens here for its own name.
"""

import base64
import contextlib
import io
import re
import shutil
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import matplotlib.figure
import nbformat
import pytest
from conftest import browsing, jupyter, needs_chromium
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader.apps import NbGraderAPI
from playwright.sync_api import BrowserContext, expect

from kindling.grade import configuration, gradebook
from kindling.grade.job import Job, Result

pytestmark = needs_chromium

LESSON = "01_centring"
# Without these lines the pages are nbgrader's own.
OURS = re.compile(r"^c\.(HTMLExporter|GenerateFeedback).*\n(?:    .*\n|\]\n)*", re.MULTILINE)


class Listener:
    """A server, and what it was asked for."""

    def __init__(self) -> None:
        heard = self.heard = set[str]()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                heard.add(self.path.strip("/?"))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def shows(data: dict, metadata: dict | None = None, kind: str = "display_data") -> NotebookNode:
    return new_code_cell("show()", outputs=[new_output(kind, data=data, metadata=metadata or {})])


def ways_in(url: str) -> dict[str, NotebookNode]:
    """A cell for each way in; each of them asks for its own name at `url`, if it can."""

    def js(name: str) -> str:
        return f"(new(Image)).src='{url}/{name}'"

    def entities(text: str) -> str:
        return "".join(f"&#x{ord(letter):x};" for letter in text)

    def svg(name: str) -> str:
        return f'<svg xmlns="http://www.w3.org/2000/svg"><script>{js(name)}</script></svg>'

    def document(name: str) -> str:
        return f"data:text/html;base64,{base64.b64encode(f'<script>{js(name)}</script>'.encode()).decode()}"

    html = {
        "script": lambda n: f"<script>{js(n)}</script>",
        "module": lambda n: f'<script type="module">{js(n)}</script>',
        "script_src": lambda n: f'<script src="{url}/{n}"></script>',
        "img_onerror": lambda n: f'<img src="data:," onerror="{js(n)}">',
        "img_unclosed": lambda n: f'<img src="data:," onerror="{js(n)}" <p>',
        "img_slashes": lambda n: f"<IMG/src='data:,'/oNeRRor=\"{js(n)}\"/>",
        "svg_onload": lambda n: f'<svg onload="{js(n)}"></svg>',
        "svg_script": svg,
        "svg_animate": lambda n: f'<svg><animate onbegin="{js(n)}" attributeName="x" dur="1s"></svg>',
        "svg_foreign": lambda n: f'<svg><foreignObject><img src="data:," onerror="{js(n)}"></foreignObject></svg>',
        "math_style": lambda n: (
            "<math><mtext><table><mglyph><style><!--</style>"
            f'<img title="--&gt;&lt;img src=data:, onerror={js(n)}&gt;"></table></mtext></math>'
        ),
        "details_toggle": lambda n: f'<details open ontoggle="{js(n)}"><summary>Hint</summary></details>',
        "iframe_srcdoc": lambda n: f'<iframe srcdoc="<script>{js(n)}</script>"></iframe>',
        "iframe_javascript": lambda n: f'<iframe src="javascript:{js(n)}"></iframe>',
        "iframe_data": lambda n: f'<iframe src="{document(n)}"></iframe>',
        "iframe_remote": lambda n: f'<iframe src="{url}/{n}"></iframe>',
        "object": lambda n: f'<object data="{url}/{n}"></object>',
        "embed": lambda n: f'<embed src="{url}/{n}">',
        "link": lambda n: f'<link rel="stylesheet" href="{url}/{n}">',
        "style_import": lambda n: f'<style>@import "{url}/{n}";</style>',
        "style_url": lambda n: f'<b style="background: url({url}/{n})">bold</b>',
        "animation": lambda n: (
            f'<style>@keyframes k {{}}</style><b style="animation: k 1s" onanimationstart="{js(n)}">b</b>'
        ),
        "image_remote": lambda n: f'<img src="{url}/{n}">',
        "srcset": lambda n: f'<img srcset="{url}/{n}">',
        "video": lambda n: f'<video poster="{url}/{n}"></video>',
        "audio": lambda n: f'<audio src="data:," onerror="{js(n)}"></audio>',
        "focus": lambda n: f'<input autofocus onfocus="{js(n)}">',
        "form": lambda n: f'<form action="{url}/{n}"><button type="submit">Show the hint</button></form>',
        "button": lambda n: f'<button formaction="javascript:{js(n)}" form="x" onclick="{js(n)}">Hint</button>',
        "marquee": lambda n: f'<marquee onstart="{js(n)}">x</marquee>',
        "comment": lambda n: f'<!--><img src="data:," onerror="{js(n)}">-->',
        "noscript": lambda n: f'<noscript><p title="</noscript><img src=data:, onerror={js(n)}>"></noscript>',
        "template": lambda n: (
            f'<div><template shadowrootmode="open"><img src="data:," onerror="{js(n)}"></template></div>'
        ),
        "link_html": lambda n: f'<a href="javascript:{js(n)}">here</a>',
        "link_tab": lambda n: f'<a href="java&Tab;script:{js(n)}">here</a>',
        "refresh": lambda n: f'<meta http-equiv="refresh" content="2;url={url}/{n}">',
    }
    ways = {f"markdown_{name}": lambda n, make=make: new_markdown_cell(make(n)) for name, make in html.items()}
    ways |= {f"output_{name}": lambda n, make=make: shows({"text/html": make(n)}) for name, make in html.items()}
    ways |= {
        "text_link": lambda n: new_markdown_cell(f"[here](javascript:{js(n)})"),
        "text_link_entities": lambda n: new_markdown_cell(f"[here]({entities('javascript:')}{js(n)})"),
        "text_reference": lambda n: new_markdown_cell(f"[here][there]\n\n[there]: javascript:{js(n)}"),
        "text_autolink": lambda n: new_markdown_cell(f"<javascript:{js(n).replace(' ', '')}>"),
        "text_image": lambda n: new_markdown_cell(f"![a sketch]({url}/{n})"),
        "text_mermaid": lambda n: new_markdown_cell(f'```mermaid\n<img src="data:," onerror="{js(n)}">\n```'),
        "text_attachment": lambda n: new_markdown_cell(
            "![a sketch](attachment:a.png)", attachments={"a.png": {f'x" onerror="{js(n)}" y="': "AA"}}
        ),
        "output_result": lambda n: shows({"text/html": f"<script>{js(n)}</script>"}, kind="execute_result"),
        "output_lines": lambda n: shows({"text/html": ["<scr", f"ipt>{js(n)}</script>"]}),
        "output_javascript": lambda n: shows({"application/javascript": js(n)}),
        "output_markdown": lambda n: shows({"text/markdown": f"<script>{js(n)}</script>"}),
        "output_isolated": lambda n: shows(
            {"text/html": f"<script>{js(n)}</script>"}, {"text/html": {"isolated": True}}
        ),
        "output_svg": lambda n: shows({"image/svg+xml": svg(n)}),
        "output_width": lambda n: shows({"image/png": "AA=="}, {"image/png": {"width": f"1 onerror={js(n)}"}}),
        "output_picture": lambda n: shows({"image/png": f'AA" onerror="{js(n)}'}),
        "output_latex": lambda n: shows(
            {"text/latex": f"$\\href{{javascript:{js(n)}}}{{x}}$ <script>{js(n)}</script>"}
        ),
        "output_vega": lambda n: shows({"application/vnd.vega.v5+json": {"$schema": f"{url}/{n}"}}),
        "output_widget": lambda n: shows({"application/vnd.jupyter.widget-view+json": {"model_id": f"</script>{n}"}}),
        "output_stream": lambda n: new_code_cell(
            "show()", outputs=[new_output("stream", text=f"<script>{js(n)}</script>")]
        ),
        "output_error": lambda n: new_code_cell(
            "show()", outputs=[new_output("error", ename="E", evalue="", traceback=[f"<script>{js(n)}</script>"])]
        ),
        "source": lambda n: new_code_cell(f"# <script>{js(n)}</script>"),
        "raw": lambda n: nbformat.v4.new_raw_cell(f"<script>{js(n)}</script>"),
        "tags": lambda n: new_code_cell("x", metadata={"tags": [f'"><img src=x onerror={js(n)}>']}),
        "language": lambda n: new_code_cell("x", metadata={"magics_language": f'"><img src=data:, onerror={js(n)}>'}),
    }
    return {name: make(name) for name, make in ways.items()}


def good_cells() -> list[NotebookNode]:
    """What has to be there still: a figure, a table of pandas, formulas, a folded hint, an attached picture."""
    figure = matplotlib.figure.Figure(figsize=(2, 1))
    figure.subplots().plot([1, 2])
    drawn = {}
    for form in ("png", "svg"):
        file = io.BytesIO()
        figure.savefig(file, format=form)
        drawn[form] = file.getvalue()
    png = base64.b64encode(drawn["png"]).decode()
    table = (
        "<div>\n<style scoped>\n    .dataframe tbody tr th { vertical-align: top; }\n</style>\n"
        '<table border="1" class="dataframe">\n  <thead>\n    <tr style="text-align: right;">\n      <th></th>\n'
        "      <th>loss</th>\n    </tr>\n  </thead>\n  <tbody>\n    <tr>\n      <th>0</th>\n      <td>0.25</td>\n"
        "    </tr>\n  </tbody>\n</table>\n</div>"
    )
    return [
        shows({"image/png": png, "text/plain": "<Figure>"}, {"image/png": {"width": 160, "height": 80}}),
        shows({"image/svg+xml": drawn["svg"].decode()}),
        shows({"text/html": table, "text/plain": "   loss\n0  0.25"}, kind="execute_result"),
        new_markdown_cell("The mean is $\\frac{1}{n}\\sum_i x_i$, and a coffee costs \\$3 here and \\$4 there."),
        new_markdown_cell('<details onclick="x()"><summary>Mine</summary>\n\nIt is $e^2$.\n</details>'),
        shows({"text/latex": "$\\displaystyle x^2$"}),
        new_markdown_cell("![my sketch](attachment:sketch.png)", attachments={"sketch.png": {"image/png": png}}),
    ]


@contextlib.contextmanager
def formgrader(root: Path) -> Iterator[str]:
    """The address of formgrader's submissions in a course folder."""
    with jupyter([sys.executable, "-m", "jupyter_server"], root) as url:
        yield f"{url}/formgrader/submissions"


class Course:
    """A course with two submissions: `kept` as grading keeps it, and `old` as it was kept before anybody cleaned."""

    def __init__(self, root: Path) -> None:
        self.root, self.listener = root, Listener()
        self.course = configuration.course(root)
        self.api = NbGraderAPI(self.course, config=self.course.config)
        assert self.api.generate_assignment(LESSON)["success"]
        self.ids = {}
        with gradebook.Submissions(self.course, LESSON) as book:
            for student in ("kept", "old"):
                shutil.copytree(root / "release" / LESSON, root / "submitted" / student / LESSON)
                (root / "submitted" / student / LESSON / f"{LESSON}.html").write_text("theirs")
                job, remarks = book.make_job(student)
                notebook = self.hostile(Job.from_bytes(job).notebook)
                text = nbformat.writes(notebook)
                book.save_result(student, Result(notebook).to_bytes(), remarks)
                self.ids[student] = book.gradebook.find_submission_notebook(LESSON, LESSON, student).id
        old = root / "autograded" / "old" / LESSON
        (old / f"{LESSON}.ipynb").chmod(0o644)
        (old / f"{LESSON}.ipynb").write_text(text)
        (old / f"{LESSON}.html").write_text("theirs")
        (old / f"{LESSON}.html").chmod(0o444)
        made = self.api.generate_feedback(LESSON)
        assert made["success"], made["log"]

    def hostile(self, notebook: NotebookNode) -> NotebookNode:
        """What a hostile kernel makes of a notebook: its checks fail, or say what they like."""
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") == "centre_check":
                sentence = f"Not yet: `centre` <img src='{self.listener.url}/sentence'> still needs your code."
                cell.outputs = [new_output("error", ename="NotWritten", evalue="centre", traceback=[sentence])]
        notebook.cells += good_cells() + list(ways_in(self.listener.url).values())
        notebook.metadata.title = "</title><script>document.title = 1</script>"
        notebook.metadata.language_info = {"name": notebook.metadata.title}
        notebook.metadata.widgets = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
        return notebook

    def page(self, student: str) -> str:
        return (self.root / "feedback" / student / LESSON / f"{LESSON}.html").as_uri()


@pytest.fixture(scope="module")
def course(_built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Course:
    return Course(Path(shutil.copytree(_built_once, tmp_path_factory.mktemp("shown") / "course")))


@pytest.fixture(scope="module")
def context() -> Iterator[BrowserContext]:
    with browsing() as context:
        yield context


@pytest.fixture(scope="module")
def ours(course: Course) -> Iterator[str]:
    """Formgrader with the course's configuration."""
    with formgrader(course.root) as url:
        yield url


@pytest.fixture(scope="module")
def stock(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Formgrader as nbgrader ships it, on the same submissions."""
    root = Path(shutil.copytree(course.root, tmp_path_factory.mktemp("stock") / "course"))
    text, count = OURS.subn("", (root / "nbgrader_config.py").read_text())
    assert count >= 5
    (root / "nbgrader_config.py").write_text(text)
    with formgrader(root) as url:
        yield url


class Visit:
    """A page that was opened, and what it asked others for since."""

    def __init__(self, context: BrowserContext, course: Course, address: str) -> None:
        self.listener, self.asked, self.problems = course.listener, list[str](), list[str]()
        self.listener.heard.clear()
        here = ("data:", "file:", address.split("/formgrader")[0], "about:", "blob:")
        self.page = context.new_page()
        self.page.on("request", lambda request: request.url.startswith(here) or self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.goto(address, wait_until="load")

    def ran(self, seconds: float = 3) -> set[str]:
        """What ran by now, or runs soon, once whatever can be clicked there was clicked."""
        self.page.evaluate(
            "document.querySelectorAll('a[href^=\"java\"], main button, main form, #notebook button:not(.btn)')"
            ".forEach(one => one.click())"
        )
        self.page.wait_for_timeout(seconds * 1000)
        bad = self.page.evaluate(
            "[...document.links].map(one => one.protocol).filter(one => !/^(https?|mailto|file):$/.test(one))"
        )
        return self.listener.heard - {"favicon.ico"} | set(bad)


def test_the_ways_in_are_real(course, stock, context):
    """nbgrader's own formgrader runs at least 25 of them, by every kind of cell and output."""
    visit = Visit(context, course, f"{stock}/{course.ids['old']}/")
    ran = visit.ran(seconds=4)
    visit.page.close()
    assert len(ran) >= 25, sorted(ran)
    assert {name.split("_")[0] for name in ran} >= {"markdown", "output", "text"}


def test_what_is_kept_is_harmless_to_anybody(course, stock, context):
    """Formgrader without this course's configuration runs nothing of what grading kept."""
    visit = Visit(context, course, f"{stock}/{course.ids['kept']}/")
    assert visit.ran() == set()
    visit.page.close()


class TestOurPages:
    """What formgrader shows with this course's configuration, and the page that a learner reads.

    Of what was kept today, and of a folder from before, in which a file of the page's name was handed in.
    """

    @pytest.fixture(scope="class", params=["kept", "old"])
    def student(self, request: pytest.FixtureRequest) -> str:
        return request.param

    @pytest.fixture(scope="class", params=["formgrader", "feedback"])
    def visit(
        self, request: pytest.FixtureRequest, course: Course, ours: str, context: BrowserContext, student: str
    ) -> Iterator[Visit]:
        address = course.page(student) if request.param == "feedback" else f"{ours}/{course.ids[student]}/"
        visit = Visit(context, course, address)
        yield visit
        visit.page.close()

    def test_what_a_learner_made_is_still_shown(self, visit, student):
        """A figure, a table of pandas, formulas, a folded hint and an attached picture."""
        page = visit.page
        pictures = page.locator("img[src^='data:image/']")
        drawn = pictures.evaluate_all("all => all.map(one => [one.src.slice(11, 18), one.naturalWidth])")
        assert [kind for kind, width in drawn if width > 100][:3] == ["png;bas", "svg+xml", "png;bas"]
        assert page.locator("table td").all_inner_texts() == ["0.25"]
        assert page.locator("math mfrac").count() == 1
        assert page.locator("math msup").count() == 2
        page.locator("summary", has_text="Mine").dispatch_event("click")  # wherever the page still moves it to
        expect(page.locator("details[open] math msup")).to_be_visible()
        text = page.locator("body").inner_text()
        if student == "kept":  # the other one claims to be in a language that nobody knows
            colours = page.locator(".highlight .kn").first.evaluate(
                "one => [one, document.body].map(part => getComputedStyle(part).color)"
            )
            assert colours[0] != colours[1]
        assert "a coffee costs $3 here and $4 there." in text
        assert "$\\" not in text
        assert visit.problems == []

    def test_nothing_runs(self, visit):
        """Neither by itself nor where somebody clicks; and no other server is asked for anything."""
        assert (visit.ran(), visit.asked) == (set(), [])


def test_feedback_says_first_what_to_look_at_again(course, context):
    """Each task by its name; those that failed come first, with their sentence, and lead to their check."""
    page = context.new_page()
    page.goto(course.page("kept"))
    assert page.locator(".score").inner_text() == "1 of 3 points"
    (again,) = page.locator(".again li").all()
    assert again.inner_text().splitlines()[0].split() == ["centre", "0", "of", "2", "points"]
    assert "Not yet: centre <img src=" in again.inner_text()
    assert page.locator(".solved li").all_inner_texts() == ["COLUMNS 1 of 1 point"]
    assert (
        page.locator(".again").bounding_box()["y"]
        < page.get_by_role("heading", name="Centring", exact=True).bounding_box()["y"]
    )
    page.locator(".again a").click()
    assert page.url.endswith("#centre_check")
    assert page.locator("#centre_check").inner_text().split()[:2] == ["Check:", "centre"]
    assert "Test cell" not in page.content()
    page.close()


def test_a_comment_stands_with_its_task(course, context):
    """What a teacher writes is read at the top, formulas and all."""
    with gradebook.Submissions(course.course, LESSON) as book:
        for grade in book.gradebook.find_submission_notebook(LESSON, LESSON, "kept").grades:
            grade.manual_score = None  # other tests click on whatever formgrader shows: "Full credit", too
        book.gradebook.find_comment("centre", LESSON, LESSON, "kept").manual_comment = "Think of $\\bar x$, *please*."
        book.gradebook.db.commit()
    assert course.api.generate_feedback(LESSON, "kept", force=True)["success"]
    page = context.new_page()
    page.goto(course.page("kept"))
    comment = page.locator(".again .comment")
    assert comment.locator("math").count() == 1
    assert comment.locator("em").inner_text() == "please"
    page.close()

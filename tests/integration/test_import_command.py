"""``qiao import``: the import page's dry run and writing, typed."""

import pytest

from qiao.config.cli import build_parser
from qiao.customers.models import Customer
from qiao.kernel.errors import NotAllowed
from qiao.org.models import Person, Unit
from qiao.runtime.importing import actions
from qiao.runtime.importing.models import ImportRun
from qiao.runtime.jobs.models import Job
from qiao.runtime.jobs.queue import run_inline

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("cast")]
HEAD = "客户编号,客户名称,归属单位\n"


@pytest.fixture
def typed(tmp_path, capsys):
    """``typed(kind, text, *options)`` → (exit code, printed, complained)."""

    def run(kind, text, *options):
        path = tmp_path / "名单.csv"
        path.write_text(text, encoding="utf-8")
        args = build_parser().parse_args(["import", kind, str(path), *options])
        code = args.module.run(args)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_a_dry_run_says_what_would_happen_and_writes_nothing(typed):
    text = HEAD + "C-ours,云桥机械股份公司,jia\nN1,新桥商店,jia\n"
    code, said, _ = typed("customers", text, "--as", "supervisor", "--dry-run")
    assert code == 0
    assert "2 rows, 1 new, 1 changed, 0 unchanged, 0 refused" in said
    assert not Customer.objects.filter(code="N1").exists()


def test_known_numbers_are_updated_and_new_ones_entered(typed):
    text = HEAD + "C-ours,云桥机械股份公司,jia\nN1,新桥商店,jia\n"
    code, said, _ = typed("customers", text, "--as", "supervisor")
    assert (code, "is written" in said) == (0, True)
    assert Customer.objects.get(code="C-ours").name == "云桥机械股份公司"
    assert Customer.objects.get(code="N1").name == "新桥商店"
    assert ImportRun.objects.get().by.username == "supervisor"


def test_a_refused_row_is_named_in_the_persons_language_and_the_error_file_kept(typed, tmp_path):
    target = tmp_path / "错误.csv"
    code, said, complained = typed(
        "customers", HEAD + "N1,新,jia\nN2,,jia\n", "--as", "supervisor", "--errors", str(target)
    )
    assert code == 1
    assert "名单.csv · B3 · 客户名称: 此单元格必须填写" in complained
    assert "1 refused" in said
    assert "N2" in target.read_text(encoding="utf-8-sig")
    assert not Customer.objects.filter(code="N1").exists()


def test_units_and_people_come_by_command_too(typed):
    head = "单位编码,单位名称,单位类型,上级单位,成立日期\n"
    assert typed("units", head + "ding,丁县,county,west,2026-01-01\n", "--as", "administrator")[0] == 0
    head = "工号,姓名,入职日期,单位编码,角色\n"
    assert typed("people", head + "E1,冯新人,2026-02-01,ding,manager\n", "--as", "administrator")[0] == 0
    assert Unit.objects.get(code="ding").name_zh == "丁县"
    assert Person.objects.get(code="E1").postings.get().unit.code == "ding"


def test_rights_and_scope_are_those_of_the_log_in(typed):
    with pytest.raises(NotAllowed):
        typed("customers", HEAD + "N1,新,jia\n", "--as", "outsider")
    code, _, complained = typed("customers", HEAD + "C-far,改名,jia\n", "--as", "supervisor")
    assert code == 1
    assert "C-far" not in Customer.objects.get(code="C-far").name
    assert "A2" in complained


@pytest.mark.parametrize(
    ("kind", "user", "told"), [("weather", "supervisor", "customers"), ("customers", "nobody", "nobody")]
)
def test_wrong_usage_is_told(typed, kind, user, told):
    code, _, complained = typed(kind, HEAD, "--as", user)
    assert (code, told in complained) == (2, True)


def test_a_dry_run_that_comes_late_leaves_a_written_import_as_it_is(typed):
    typed("customers", HEAD + "N1,新桥商店,jia\n", "--as", "supervisor")
    row = ImportRun.objects.get()
    check = Job.objects.get(name="imports.check")
    Job.objects.filter(pk=check.pk).update(state="waiting", finished_at=None)
    run_inline(check.pk)
    row.refresh_from_db()
    assert row.state == "written"
    assert actions.check(row, None) is None


def test_an_import_is_taken_back_by_its_number(typed, capsys):
    text = "原编号,客户名称,归属单位\nN1,新桥商店,jia\n"
    assert typed("customers", text, "--as", "supervisor", "--column", "原编号")[0] == 2
    code, _said, complained = typed("customers", text, "--as", "supervisor", "--column", "原编号=code")
    assert code == 0, complained
    run = ImportRun.objects.get(state="written")
    args = build_parser().parse_args(["import", "customers", "--undo", str(run.pk), "--as", "supervisor"])
    assert args.module.run(args) == 0
    assert "is taken back; 0 records left" in capsys.readouterr().out
    assert not Customer.objects.filter(code="N1").exists()

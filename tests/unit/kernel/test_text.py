import pytest

from qiao.kernel.text import Text


def test_a_reader_gets_his_language_and_falls_back_to_chinese():
    assert Text("重点客户", "Key account").said_in("en") == "Key account"
    assert Text("重点客户", "Key account").said_in("zh-hans") == "重点客户"
    assert Text("重点客户").said_in("en") == "重点客户"


def test_a_text_without_chinese_is_refused():
    with pytest.raises(ValueError, match="Chinese"):
        Text("", "Key account")

"""Making a checkout able to run changes that checkout and no other."""

from pathlib import Path

import pytest

from deploy.local import bootstrap


def test_what_a_link_leads_to_is_another_checkouts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    (theirs / "bin").mkdir(parents=True)
    (theirs / "bin" / "python").write_text("what their programs run on")
    (theirs / "autotrack-lock").write_text(f"0\n{theirs}\n")
    ours.mkdir()
    (ours / "lock.txt").touch()
    (ours / ".venv").symlink_to(theirs)
    for name, value in {
        "ROOT": ours,
        "VENV": ours / ".venv",
        "STAMP": ours / ".venv" / "autotrack-lock",
        "LOCK": ours / "lock.txt",
        "LOGS": ours / "logs",
    }.items():
        monkeypatch.setattr(bootstrap, name, value)

    bootstrap.build_venv()

    assert (theirs / "bin" / "python").read_text() == "what their programs run on"
    assert (theirs / "autotrack-lock").read_text() == f"0\n{theirs}\n"
    assert not (ours / ".venv").is_symlink()
    assert bootstrap.works(ours / ".venv" / "bin" / "python")
    assert (ours / ".venv" / "autotrack-lock").read_text() == bootstrap.stamp()

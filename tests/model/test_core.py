from haicang_desk.model.records import Stage


def test_a_new_draft_is_a_draft(ws, kept):
    assert ws.casefile(kept().id).stage is Stage.DRAFT

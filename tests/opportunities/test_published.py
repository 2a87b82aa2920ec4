"""What of a list of opportunities is still on offer."""

import datetime as dt

from sqlalchemy.orm import Session

from coproduction.opportunities.model import Opportunity
from coproduction.opportunities.published import published

TODAY = dt.date(2030, 6, 1)


def test_only_published_ones_that_are_not_over_are_found_in_the_order_asked_for(engine):
    with Session(engine, future=True) as session:
        for name, status, ends in (
            ("a", "published", None),
            ("b", "draft", None),
            ("c", "published", dt.date(2030, 5, 31)),
            ("d", "published", TODAY),
            ("e", "withdrawn", None),
        ):
            session.add(
                Opportunity(id=f"t:{name}", source="t", external_id=name, title=name, status=status, ends_on=ends)
            )
        session.commit()
    found = published(engine, ["t:d", "t:e", "t:nothing", "t:c", "t:b", "t:a"], TODAY)
    assert [view.id for view in found] == ["t:d", "t:a"]

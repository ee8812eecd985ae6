"""What people see and do on the pages, for tests: places by their meaning, not by their markup."""

from playwright.sync_api import Locator, Page, expect

from dashboard.pages import desk


def wall_alert(page: Page, title: str) -> Locator:
    """The line of an alert on the wall."""
    return page.locator(".alert-list .alert", has_text=title)


def desk_row(page: Page, title: str) -> Locator:
    """The row of an alert in the queue."""
    return page.locator(f"#{desk.Ids.GRID} .ag-row", has_text=title)


def acknowledge_button(page: Page) -> Locator:
    return page.locator(f"#{desk.Ids.ACTS} [data-act=acknowledge]")


def message(page: Page) -> Locator:
    return page.locator(f"#{desk.Ids.MESSAGE}")


def choose(page: Page, title: str) -> None:
    """Choose an alert and wait until its panel can be acted on."""
    desk_row(page, title).click()
    expect(page.locator(f"#{desk.Ids.HEAD}")).to_contain_text(title)
    expect(acknowledge_button(page)).to_be_enabled()


def line(page: Page, alert_id: int) -> Locator:
    """The line of an alert in the queue, by its number."""
    return page.locator(f"#{desk.Ids.GRID} .ag-row[row-id='{alert_id}']")


def panel(page: Page) -> Locator:
    return page.locator(f"#{desk.Ids.PANEL}")


def history(page: Page) -> Locator:
    """What happened to the chosen alert."""
    return page.locator(f"#{desk.Ids.EVENTS}")


def fill_form(page: Page, reason: str) -> None:
    """Write why, and send it with the keyboard."""
    page.locator(f"#{desk.Ids.REASON}").fill(reason)
    page.keyboard.press("Enter")
    expect(page.locator(f"#{desk.Ids.FORM}")).to_be_hidden()

"""What follows a delivery: the invoice with its due date, payment by card, the operator's look at it all."""

from __future__ import annotations

import email
from email import policy

from devkit.walk.journey import Journey, Step
from devkit.walk.pages import Unexpected

WEBHOOK = "/webhooks/payments/fake/"


def invoice(journey: Journey) -> str:
    """An invoice over the order is there, with its due date."""
    buyer = journey.person("buyer")
    page = buyer.get(journey.fact("order"))
    page = buyer.get(page.link("/invoices/", text="Invoice "))
    page.expect(journey.fact("total"), journey.fact("po"), "45 days")
    journey.facts["invoice"] = page.url
    number, due = page.find(r"Invoice ([A-Z][\w-]+)"), page.find(r"To pay by (.+? \d{4})")
    return f"{number} over {journey.fact('total')}, to pay by {due}"


def refuse_forgery(journey: Journey) -> str:
    """A message about a payment that the gateway has not signed changes nothing."""
    buyer = journey.person("buyer")
    page = buyer.get(journey.fact("invoice"))
    page = buyer.submit(page, page.form("/pay/"), press="by card")
    page.expect("Test gateway", journey.fact("total"))
    intent = page.url.rstrip("/").rpartition("/")[2]
    data = {"intent_id": intent, "reference": f"test_{intent}", "amount": "283.20", "currency": "EUR"}
    message = {"id": "evt_forged", "type": "payment.succeeded", "data": data}
    headers = {"Test-Gateway-Signature": "t=1,v1=00"}
    status = buyer.call("POST", WEBHOOK, headers=headers, json=message).status_code
    if status != 400:
        raise Unexpected(f"a forged webhook was answered {status}")
    buyer.get(journey.fact("invoice")).expect("by card")
    journey.facts["checkout"] = page.url
    return "a webhook with a wrong signature is answered 400; the invoice is still open"


def pay(journey: Journey) -> str:
    """The buyer pays on the test gateway's page; its signed webhook makes the invoice paid."""
    buyer = journey.person("buyer")
    page = buyer.get(journey.fact("checkout"))
    buyer.submit(page, page.form_with("answer"), press="answer=pay")
    paid = buyer.wait_for(journey.fact("invoice"), lambda page: "Paid" in page.text, what="the payment")
    left = paid.find(r"To pay by .+? \d{4} (€[\d,.]+)")
    if left != "€0.00":
        raise Unexpected(f"{left} is still to pay")
    return f"paid; {left} left to pay"


def mailbox(journey: Journey) -> str:
    """The buyer was written to; the demo keeps mails as files."""
    address = journey.fact("buyer email")
    folder, subjects = journey.folder / "mail", []
    for file in sorted(folder.glob("*.log")):
        for text in file.read_text().split("-" * 79):
            mail = email.message_from_string(text.lstrip(), policy=policy.default)
            if mail["To"] == address:
                subjects.append(str(mail["Subject"]).strip())
    if not subjects:
        raise Unexpected(f"no e-mail to {address} in {folder}")
    return f"{len(subjects)} e-mails: {'; '.join(subjects)}"


def operate(journey: Journey) -> str:
    """The operator sees tenants, volume, how far behind events are, and no failed job."""
    operator = journey.person("operator")
    page = operator.get("/operator/")
    row = page.row(journey.fact("shop")).text
    if journey.fact("total") not in row:
        raise Unexpected(f"the new supplier's volume is not {journey.fact('total')}: {row}")
    tenants, volume = page.find(r"Active tenants (\d+ / \d+)"), page.find(r"Volume ordered (€[\d,.]+)")
    age, failed = page.find(r"Age of the outbox ([\d.]+) s"), page.find(r"Failed jobs (\d+)")
    if failed != "0" or float(age) > 30:
        jobs = operator.get("/operator/jobs/")
        raise Unexpected(f"{failed} failed jobs, the oldest event is {age} s old: {jobs.excerpt()}")
    return f"{tenants} tenants active, {volume} ordered, outbox {age} s behind, {failed} failed jobs"


STEPS: tuple[Step, ...] = (
    ("The invoice comes", invoice),
    ("A forged payment is refused", refuse_forgery),
    ("The invoice is paid by card", pay),
    ("The buyer's mailbox", mailbox),
    ("The operator's console", operate),
)

"""The settings of a server, of who may come in, and of what leaves for other places than models.
Rows of the one table of settings; reads nothing."""

from __future__ import annotations

from casework.base.setting import Setting

SERVER_SETTINGS: tuple[Setting, ...] = (
    Setting("studio.host", "text", "127.0.0.1", "Address that the studio listens at."),
    Setting(
        "studio.port",
        "integer",
        8765,
        "Port that the studio listens at; where it is taken, the next free one on this machine.",
    ),
    Setting("studio.open", "yes/no", True, "Whether `casework studio` opens a browser."),
    Setting(
        "studio.public_name",
        "text",
        "",
        "Name under which people reach a studio that is not for this machine alone.",
    ),
    Setting("studio.certificate", "text", "", "File with the certificate of the studio (PEM)."),
    Setting("studio.key", "text", "", "File with the key of that certificate (PEM)."),
    Setting(
        "studio.behind_proxy",
        "text",
        "",
        "Addresses of the proxies in front of the studio, with commas between: only what they"
        " forward is believed.",
    ),
    Setting(
        "studio.session_idle",
        "number",
        12.0,
        "How long a sign-in lasts without being used.",
        "hours",
        least=0.01,
    ),
    Setting(
        "studio.session_most",
        "number",
        336.0,
        "How long a sign-in lasts, however much it is used.",
        "hours",
        least=0.01,
    ),
    Setting(
        "studio.link_minutes",
        "number",
        15.0,
        "How long a link that lets somebody in once can be used.",
        "minutes",
        least=0.1,
    ),
    Setting("oidc.issuer", "text", "", "Address of the OpenID provider that people sign in with."),
    Setting("oidc.client_id", "text", "", "What casework is called at the OpenID provider."),
    Setting("oidc.name", "text", "your company account", "What the sign-in page calls it."),
    Setting("oidc.scopes", "text", "openid profile email", "What is asked of it."),
    Setting(
        "oidc.groups_claim",
        "text",
        "groups",
        "Where its tokens tell somebody's groups.",
    ),
    Setting(
        "oidc.roles",
        "text",
        "",
        "Role of the members of its groups, as `editor=clerks, owner=admins`; the highest counts.",
    ),
    Setting(
        "oidc.role",
        "text",
        "none",
        "Role of whoever is in none of these groups; with none they may not come in.",
        choices=("none", "reader", "reviewer", "editor", "owner"),
    ),
    Setting(
        "oidc.reader_groups",
        "text",
        "",
        "Its groups that count as groups of readers here, with commas between; `*` all. Empty:"
        " people of this provider read every document.",
    ),
    Setting(
        "outside.private",
        "text",
        "",
        "Hosts on this machine or in private networks that webhooks and sign-in may call, with"
        " commas between.",
    ),
    Setting(
        "webhooks.after_run",
        "number",
        30.0,
        "For how long at most `casework run` tells webhooks what it did, once it is over; with 0 it"
        " tells nothing, and neither does `casework watch`.",
        "seconds",
        least=0,
    ),
    Setting(
        "retention.days",
        "integer",
        0,
        "After how many days a decided case is proposed for forgetting; 0: never.",
        "days",
        least=0,
    ),
    Setting(
        "studio.uploads_mb",
        "integer",
        20_480,
        "The most that uploads and drafts may take together until worksheets are made of them.",
        "MB",
    ),
    Setting(
        "studio.upload_days",
        "integer",
        30,
        "After how many days uploads and drafts that nobody goes on with are deleted; 0: never.",
        "days",
        least=0,
    ),
    Setting(
        "studio.log_text",
        "yes/no",
        False,
        "Whether logs may hold the words of faults, which may be words of documents.",
    ),
)

"""The words for generated accounts: people, teams, alert texts."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

__all__ = ["ACCENTS", "ALERT_WORDS", "FIRST_NAMES", "LAST_NAMES", "ROLE_NAMES", "TEAM_RIGHTS", "ZONES", "team_names"]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES = _words(
    """
    Ada Aisha Akira Alejandra Amir Ana Anders Anjali Antoine Asta Beatriz Benedikt Bilal Bruno Camille Carlos
    Chiara Chloe Daiki Daniela Darius Deniz Diego Ebba Eduardo Elena Elif Emeka Emma Farah Felix Fiona Francesca
    Gabriel Grace Hana Hannah Haruto Henrik Ibrahim Ines Ingrid Isaac Ivan Jakub Jasmine Joana Jonas José Julia
    Kaito Karim Katarzyna Kenji Kofi Lars Laura Leila Lin Lucía Luka Magnus Malik Maria Mateo Mei Mina Mohammed
    Nadia Naomi Niamh Nikolai Noor Olga Oluwaseun Omar Paolo Patricia Pedro Petra Priya Quentin Rachel Rahul
    Renata Rosa Ruth Samir Sanne Sara Sean Selin Sofia Søren Tariq Tomás Uma Valentina Viktor Wanjiru Wei Xavier
    Yara Yuki Yusuf Zeynep Zoë
    """
)

LAST_NAMES = _words(
    """
    Abe Adeyemi Ahmed Almeida Andersson Bakker Banerjee Barros Becker Bianchi Bose Brown Byrne Castillo Chen Costa
    Dahl Demir Diallo Dubois Duarte Edwards Eriksen Evans Farouk Fernández Ferrari Fischer Fontaine Garcia Ghosh
    Gomes Gonzalez Gray Gupta Haddad Hansen Hayashi Hoffmann Hughes Ito Ivanova Jansen Jensen Johnson Kamau Kaplan
    Kaya Khan Kim Kowalska Kumar Larsen Laurent Lee Lindqvist Lopez Mäkinen Martin Mendes Meyer Moreau Moretti
    Müller Murphy Mwangi Nakamura Nguyen Nielsen Novák Nwosu O'Brien Okafor Olsen Öztürk Park Patel Pereira Petrov
    Popescu Quinn Ramos Rao Reyes Ricci Rossi Roux Santos Sato Schmidt Sharma Silva Singh Smith Suzuki Svensson
    Tanaka Taylor Torres Tran Usman Vargas Virtanen Wagner Walker Wang Watanabe Weber Williams Wójcik Yamamoto
    Yilmaz Zhang Zimmermann
    """
)

ACCENTS = str.maketrans("áäéëíóöøúüł", "aaeeiooouul", "'")
"""Lower-case letters of the names above, reduced to what a mail address holds."""

SUBJECTS = _words(
    """
    payments billing checkout identity search catalog orders shipping inventory pricing ledger fraud risk media
    streaming messaging notifications analytics reporting storage database cache queue gateway edge network dns
    certificates secrets compute kubernetes observability logging metrics tracing mobile web partner support
    onboarding profile recommendations ads loyalty invoicing tax compliance warehouse forecasting maps telemetry
    firmware backup release build
    """
)
"""What a team looks after."""

KINDS = _words(
    """
    api core platform operations engineering sre services infra pipeline frontend backend reliability integrations
    tooling data
    """
)
"""What the team is to its subject."""

LOCAL_TEAMS = (
    "Équipe Réseau",
    "Betrieb München",
    "Operações São Paulo",
    "データ基盤",
    "Søk og Innhold",
    "Gece Nöbeti",
    "Инфраструктура",
    "Ñandú ¡Soporte!",
)
"""Names that a client must percent-encode with care."""

ZONES = (
    "America/New_York",
    "America/Los_Angeles",
    "America/Chicago",
    "America/Sao_Paulo",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Istanbul",
    "Europe/Madrid",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Asia/Singapore",
    "Australia/Sydney",
    "Etc/UTC",
)

ROLE_NAMES = ("Incident Lead", "Shift Planner", "On-call Trainee", "Integration Keeper", "Observer", "Release Guard")

TEAM_RIGHTS = (
    "manage-members",
    "edit-team-roles",
    "delete-team-roles",
    "access-member-profiles",
    "edit-member-profiles",
    "edit-routing-rules",
    "delete-routing-rules",
    "edit-escalations",
    "delete-escalations",
    "edit-schedules",
    "delete-schedules",
    "edit-integrations",
    "delete-integrations",
    "edit-heartbeats",
    "delete-heartbeats",
    "access-reports",
)
"""Rights of a custom team role, as the Team Role API page names them."""

ALERT_WORDS = (
    "disk full",
    "latency",
    "5xx rate",
    "certificate expires",
    "replica lag",
    "out of memory",
    "node down",
    "queue depth",
    "login failures",
    "backup missed",
)


def _style(number: int, subject: str, kind: str) -> str:
    """A team name in one of the usual styles."""
    match number % 5:
        case 0:
            return f"{subject}-{kind}"
        case 1:
            return f"{subject.title()} {kind.title()}"
        case 2:
            return f"{subject}_{kind}"
        case 3:
            return f"{subject.title()} & {kind.title()}"
        case _:
            return f"{subject.title()}/{kind.title()}"


def team_names(rng: random.Random) -> Iterator[str]:
    """Endless team names in an order determined by the seed, unique even without case."""
    plain = list(itertools.product(SUBJECTS, KINDS))
    rng.shuffle(plain)
    local = list(LOCAL_TEAMS)
    rng.shuffle(local)
    for generation in itertools.count(1):
        suffix = "" if generation == 1 else f" {generation}"
        for number, (subject, kind) in enumerate(plain):
            if number % 8 == 5 and number // 8 < len(local):
                yield local[number // 8] + suffix
            yield _style(number, subject, kind) + suffix

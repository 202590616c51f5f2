"""Run a backup: made, read again and checked, older ones let go, and noted in the audit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from net30.kernel.errors import Unavailable
from net30.ports.backups import BackupPlace
from net30.ports.copying import Progress
from net30.services.backups.check_backup import check_backup
from net30.services.backups.keeping import Rule, keep_marks, keep_only
from net30.services.backups.make_backup import BackupMade, Kept, backup_name, make_backup
from net30.services.compliance.note_evidence import ACTION, EvidenceKind
from net30.services.identity.noted import LOCAL_USER, noted
from net30.services.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupRun:
    """A backup that is whole: what it holds, where it is, its size, and which older ones went."""

    made: BackupMade
    place: str
    size: int
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BackUp:
    """Makes backups of one installation in one place; without a rule none is ever let go.

    Without a `name` each is called by its moment.
    """

    world: World
    kept: Kept
    place: BackupPlace
    rule: Rule | None = None
    name: str = ""

    def run(self, tell: Progress, *, user: str = LOCAL_USER) -> BackupRun:
        """Make one now; raise Unavailable when it cannot be read again as it was written."""
        now = self.world.clock()
        name = self.name or self._free_name(now)
        with self.place.keeping(name) as sink:
            made = replace(make_backup(self.kept, sink, now, tell), name=name)
            size = sink.tell()
        tell("checking", 0, 0)
        self._check(made)
        keep_marks(self.place, self.world)
        removed = keep_only(self.place, self.rule) if self.rule else ()
        self.place.tidy(now)
        self._note(made, size, user, now)
        return BackupRun(made=made, place=self.place.place, size=size, removed=removed)

    def _free_name(self, now: datetime) -> str:
        """Return the name of a moment; of one that has a backup already, the next second's."""
        taken = {one.name for one in self.place.kept()}
        while backup_name(now) in taken:
            now += timedelta(seconds=1)
        return backup_name(now)

    def _check(self, made: BackupMade) -> None:
        with self.place.lending(made.name) as source:
            checked = check_backup(source, made.digest)
        if checked.findings:
            self.place.remove(made.name)
            raise Unavailable(
                f"the backup could not be read again as it was written: {checked.findings[0]}",
                hint=f"check the disk or the service of {self.place.place}; nothing was kept",
                code="backup_unread",
            )

    def _note(self, made: BackupMade, size: int, user: str, now: datetime) -> None:
        """Write it into the chain of every organisation: each may be asked for its backups."""
        told = (
            f"{made.name}: {made.rows:,} rows, {made.documents:,} documents, {size:,} bytes, "
            f"checked, digest {made.digest}"
        )
        with self.world.accounts.writing() as tx:
            for organisation in self.world.store.organisations():
                tx.note(organisation, [noted(ACTION, EvidenceKind.BACKUP.value, user, now, told)])

"""Sessions that know whose they are: one query answers for session, log-in and stamp (docs/adr/0005)."""

from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import connection
from django.utils import timezone

from qiao.runtime import stamps


class SessionStore(db.SessionStore):
    """Sessions in the database; the row names its user, so that reading it brings the log-in along."""

    @classmethod
    def get_model_class(cls) -> type[AbstractBaseSession]:
        model: type[AbstractBaseSession] = apps.get_model("runtime", "Session")
        return model

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        return row

    def _get_session_from_db(self) -> Any:
        sql, user_type, fields = _select()
        with connection.cursor() as cursor:
            cursor.execute(sql, [self.session_key, timezone.now()])
            found = cursor.fetchone()
        if found is None:
            self._session_key = None
            return None
        session_data, count, newest, *values = found
        request = stamps.this_request()
        if request is not None:
            request.stamp = (count, newest)
            request.user = user_type.from_db("default", fields, values) if values[0] is not None else None
        return self.model(session_key=self.session_key or "", session_data=session_data)


@cache
def _select() -> tuple[str, Any, list[str]]:
    """The query, and what makes a user of its last columns."""
    user_type = get_user_model()
    fields = [field.attname for field in user_type._meta.concrete_fields]
    columns = ", ".join(f"u.{field.column}" for field in user_type._meta.concrete_fields)
    sql = (
        f"SELECT s.session_data, {stamps.COLUMNS}, {columns} FROM runtime_session s"
        f" LEFT JOIN runtime_user u ON u.id = s.user_id WHERE s.session_key = %s AND s.expire_date > %s"
    )
    return sql, user_type, fields

"""What people are called in the enterprise's directory elsewhere."""

from django.db import models
from django.db.models import Q

from qiao.kernel.errors import N_
from qiao.runtime.tracking import tracked

from .organisation import Person

DIRECTORIES = ("wecom", "dingtalk", "feishu")


@tracked()
class DirectoryAccount(models.Model):
    """What a person is called in the enterprise's directory elsewhere: by it he is synchronised and let in."""

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="directory_accounts", verbose_name=N_("Person")
    )
    directory = models.CharField(N_("Directory"), max_length=20, choices=[(d, d) for d in DIRECTORIES])
    account = models.CharField(N_("User id"), max_length=100)
    union = models.CharField(
        N_("Union id"),
        max_length=100,
        blank=True,
        help_text="The second id some directories log people in by.",
    )
    gone_on = models.DateField(
        N_("Missed there since"),
        null=True,
        blank=True,
        help_text="His hand-over waits; empty while he is there.",
    )

    class Meta:
        verbose_name = N_("Directory account")
        constraints = [
            models.UniqueConstraint(name="directory_account_once", fields=["directory", "account"]),
            models.UniqueConstraint(name="directory_account_of_person", fields=["person", "directory"]),
            models.UniqueConstraint(
                name="directory_union_once", fields=["directory", "union"], condition=~Q(union="")
            ),
            models.CheckConstraint(name="directory_known", condition=Q(directory__in=DIRECTORIES)),
        ]

"""Log-ins from elsewhere: OpenID Connect, WeCom, DingTalk, Feishu.

Whoever comes from there is let in as a person already known here, by a stated rule asked anew at each log-in; nothing is
kept of him and no account is opened. The rule is a :class:`qiao.runtime.contributions.OutsideRule`.
"""

"""``dedupe completion``: scripts that let a shell complete commands, options and file names."""

from __future__ import annotations

import click

from dedupe_cli.cli import options
from dedupe_cli.cli.help import Command

SHELLS = ("bash", "zsh", "fish")
EXAMPLES = (
    ('eval "$(dedupe completion bash)"', "in ~/.bashrc"),
    ('eval "$(dedupe completion zsh)"', "in ~/.zshrc"),
    ("dedupe completion fish | source", "in ~/.config/fish/config.fish"),
)


@click.command("completion", cls=Command, examples=EXAMPLES)
@click.argument("shell", type=options.Words(SHELLS), metavar="SHELL")
@options.talking
def completion(shell: str) -> int:
    """Print the script that makes SHELL (bash, zsh or fish) complete dedupe's command lines."""
    from click.shell_completion import ShellComplete, get_completion_class  # noqa: PLC0415  only needed here

    from dedupe_cli.cli.main import main  # noqa: PLC0415  the group loads its commands one by one

    kind = get_completion_class(shell)
    if kind is None:
        raise LookupError(shell)
    # The base class's source: that of bash would start a bash to ask for its version.
    click.echo(ShellComplete.source(kind(main, {}, "dedupe", "_DEDUPE_COMPLETE")))
    return 0

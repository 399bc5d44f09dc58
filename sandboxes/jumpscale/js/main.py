"""js: a Python shell with the grid in it, as the object j.

    js                      a shell; with a pipe on its input, the script that comes through it
    js -c CODE              one line of code
    js FILE [ARGUMENT...]   a script

On a node it speaks with the node's certificate (/run/g8os/api.json). With --url URL and --token-file FILE, or G8OS_URL and
G8OS_TOKEN_FILE, it speaks as that operator; --ca FILE or G8OS_CA names the grid's CA where there is no api.json.
"""

import argparse
import code
import os
import sys

import g8os


def arguments():
    parser = argparse.ArgumentParser(prog="js", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-c", dest="code", metavar="CODE", help="code to run")
    parser.add_argument("--url", default=os.environ.get("G8OS_URL"), help="the controller, e.g. https://192.0.2.1:8443")
    parser.add_argument("--token-file", default=os.environ.get("G8OS_TOKEN_FILE"), help="a file with an operator's token")
    parser.add_argument("--ca", default=os.environ.get("G8OS_CA"), help="a PEM file with the grid's CA")
    parser.add_argument("file", nargs="?", help="a script")
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="argument", help="its arguments")
    return parser.parse_args()


def run(source, name, names):
    exec(compile(source, name, "exec"), names)


def shell(names):
    try:
        import readline
        import rlcompleter

        readline.set_completer(rlcompleter.Completer(names).complete)
        readline.parse_and_bind("tab: complete")
    except ImportError:
        pass
    code.interact(banner="js: j.nodes.list(), j.jobs.run(node, command), help(j)", local=names, exitmsg="")


def main():
    given = arguments()
    j = g8os.Grid(url=given.url, token_file=given.token_file, ca=given.ca)
    names = {"__name__": "__main__", "j": j, "g8os": g8os}
    try:
        if given.code is not None:
            sys.argv = ["-c"] + ([given.file] if given.file else []) + given.rest
            run(given.code, "<command>", names)
        elif given.file:
            sys.argv = [given.file] + given.rest
            with open(given.file, encoding="utf-8") as script:
                run(script.read(), given.file, names)
        elif sys.stdin.isatty():
            shell(names)
        else:
            run(sys.stdin.read(), "<stdin>", names)
    except g8os.GridError as error:
        sys.exit(f"js: {error}")


if __name__ == "__main__":
    main()

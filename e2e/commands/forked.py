"""Runs command lines of OpenStack as forks of a process that has loaded them, which saves each a second of starting."""
import importlib.metadata
import os
import shlex
import sys
import tempfile

MAINS = {
    'openstack': ('openstackclient.shell', True),
    'glance': ('glanceclient.shell', False),
    'cinder': ('cinderclient.shell', False),
}


def load(program):
    """Imports a program, and what it would look up and import at every start."""
    module, _ = MAINS[program]
    __import__(module)
    if program != 'openstack':
        return
    from cliff import command
    command._get_distributions_by_modules()  # keeps what it finds
    for group, points in importlib.metadata.entry_points().items():
        if group.startswith('openstack.'):
            for point in points:
                try:
                    point.load()
                except ImportError:
                    continue  # of plugins for what is not installed
    __import__('openstack.connection')


def run(args, env=None, merge=False, folder=None):
    """Runs a program: its exit status, output, and errors. Its input is a terminal where nobody types."""
    master, terminal = os.openpty()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child == 0:
            become(args, env, terminal, out.fileno(), out.fileno() if merge else err.fileno(), folder)
        _, status = os.waitpid(child, 0)
        os.close(master)
        os.close(terminal)
        out.seek(0)
        err.seek(0)
        return os.waitstatus_to_exitcode(status), out.read().decode(), err.read().decode()


def become(args, env, terminal, out, err, folder):
    """Is the program from here on; it does not return."""
    status = 1
    try:
        os.dup2(terminal, 0)
        os.dup2(out, 1)
        os.dup2(err, 2)
        sys.stdin = open(0, 'r', closefd=False)
        sys.stdout = open(1, 'w', closefd=False)
        sys.stderr = open(2, 'w', closefd=False)
        os.environ.update(env or {})
        if folder:
            os.chdir(folder)
        module, takes = MAINS[args[0]]
        sys.argv = list(args)
        main = sys.modules[module].main
        status = (main(args[1:]) if takes else main()) or 0
    except SystemExit as e:
        if isinstance(e.code, str):
            sys.stderr.write(e.code + '\n')
        else:
            status = e.code or 0
    except BaseException:
        import traceback
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status if isinstance(status, int) else 1)


def split(line):
    return shlex.split(line)

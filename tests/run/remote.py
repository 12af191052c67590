"""Schedulers and workers as processes of their own, as on other machines."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import sysconfig
import time
from contextlib import contextmanager, suppress
from pathlib import Path

SITE_PACKAGES = Path(sysconfig.get_path("purelib"))
# What a worker has no need of, and so must do without here.
NOT_ON_WORKERS = {
    "mosi_nb",
    "altair",
    "IPython",
    "ipywidgets",
    "itables",
    "h5py",
    "skops",
    "cryptography",
    "jupyterlab",
}
QUICK = {"DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False", "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}


def bare(folder, without=()):
    """Make a folder of what is installed here, less what workers lack; return what makes Python use it.

    Python without `site` (-S) reads no .pth files, which is how mosi_nb is found here.
    """
    folder.mkdir()
    left_out = {name.lower().replace("-", "_") for name in {*NOT_ON_WORKERS, *without}}
    for path in SITE_PACKAGES.iterdir():
        name = path.name.split("-")[0].split(".")[0].lower()
        if name not in left_out and path.suffix != ".pth":
            (folder / path.name).symlink_to(path)
    return folder


class Remote:
    """Processes of one cluster; all are ended by `close`."""

    def __init__(self, folder, packages=None, before=(), security=None):
        self.folder, self.before, self.processes = Path(folder), list(before), []
        self.file = self.folder / "scheduler.json"
        self.log = (self.folder / "log.txt").open("w")
        self.tls = [] if security is None else security
        self.options = ["-S"] if packages else []
        self.environment = {**os.environ, **QUICK, "DASK_TEMPORARY_DIRECTORY": str(self.folder / "dask")}
        self.environment["PYTHONPATH"] = str(packages or "")

    def scheduler(self, host="127.0.0.1", *options):
        protocol = ["--protocol", "tls"] if self.tls else []
        self._start("scheduler", "--host", host, "--port", "0", "--scheduler-file", self.file, *protocol, *options)
        self.wait(lambda: self.file.exists() and self.file.stat().st_size)
        self.address = json.loads(self.file.read_text())["address"]
        return self

    def worker(self, *options, nanny=False):
        alone = [] if nanny else ["--no-nanny"]
        return self._start("worker", self.address, *alone, "--nthreads", "1", "--no-dashboard", *options)

    def _start(self, kind, *arguments):
        pages = ["--dashboard-address", "127.0.0.1:0"] if kind == "scheduler" else []
        command = [*self.before, sys.executable, *self.options, "-m", f"distributed.cli.dask_{kind}"]
        process = subprocess.Popen(
            [*map(str, [*command, *arguments, *pages, *self.tls])],
            cwd=self.folder,
            env=self.environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.processes.append(process)
        return process

    def wait(self, there, seconds=30):
        """Wait until something is so; show what the processes wrote if it never is."""
        end = time.monotonic() + seconds
        while not there():
            if time.monotonic() > end or any(p.poll() not in (None, 0, -9, -15) for p in self.processes):
                raise AssertionError((self.folder / "log.txt").read_text())
            time.sleep(0.02)

    def close(self):
        for process in self.processes:
            # Each leads a group of its own: a nanny's worker ends with it.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
        self.log.close()


@contextmanager
def remote(folder, workers=1, **options):
    """Run a scheduler and workers."""
    folder.mkdir(exist_ok=True)
    cluster = Remote(folder, **options)
    try:
        cluster.scheduler()
        for _ in range(workers):
            cluster.worker()
        yield cluster
    finally:
        cluster.close()


def certificates(folder, name="127.0.0.1"):
    """Write an authority, and a certificate signed by it for all; return their paths."""
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    folder.mkdir()
    now = dt.datetime.now(dt.UTC)
    keys = {who: ec.generate_private_key(ec.SECP256R1()) for who in ("authority", "member")}
    names = {who: x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, who)]) for who in keys}
    for who, key in keys.items():
        built = (
            x509.CertificateBuilder()
            .subject_name(names[who])
            .issuer_name(names["authority"])
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(hours=1))
            .not_valid_after(now + dt.timedelta(hours=1))
            .add_extension(x509.BasicConstraints(ca=who == "authority", path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(name))]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(keys["authority"].public_key()), critical=False
            )
            .sign(keys["authority"], hashes.SHA256())
        )
        pem = serialization.Encoding.PEM
        (folder / f"{who}.crt").write_bytes(built.public_bytes(pem))
        plain = serialization.NoEncryption()
        (folder / f"{who}.key").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return {
        "tls_ca_file": str(folder / "authority.crt"),
        "tls_cert": str(folder / "member.crt"),
        "tls_key": str(folder / "member.key"),
    }


def as_options(paths):
    """Return certificates as options of dask's commands."""
    return [f"--{name.replace('_', '-')}={path}" for name, path in paths.items()]


def as_security(paths):
    """Return certificates as a client gives them."""
    from distributed import Security

    return Security(
        require_encryption=True,
        tls_ca_file=paths["tls_ca_file"],
        tls_client_cert=paths["tls_cert"],
        tls_client_key=paths["tls_key"],
    )

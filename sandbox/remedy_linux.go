package sandbox

import (
	"errors"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// A remedy is what to do about one way in which a layer can be missing.
type remedy struct {
	layer string
	errno unix.Errno // 0: any
	file  string     // counts only where this file exists
	text  string     // and has this content, if it is not ""
	fix   string     // EXE stands for this executable
}

const appArmorProfile = `give slidexec the right to make user namespaces: ` +
	`printf 'abi <abi/4.0>,\nprofile slidexec EXE flags=(unconfined) { userns, }\n' | sudo tee /etc/apparmor.d/slidexec && ` +
	`sudo apparmor_parser -r /etc/apparmor.d/slidexec`

const appArmorSwitch = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"

// remedies are tried in order; the first that fits is told.
var remedies = []remedy{
	{layer: "memory", fix: "run it where it may make control groups: systemd-run --user --scope -p Delegate=yes"},
	{layer: "user", errno: unix.ENOSPC, fix: "allow user namespaces: sysctl user.max_user_namespaces=15000"},
	{layer: "user", errno: unix.EPERM, file: "/proc/sys/kernel/unprivileged_userns_clone", text: "0",
		fix: "allow unprivileged user namespaces: sudo sysctl kernel.unprivileged_userns_clone=1"},
	{layer: "user", errno: unix.EPERM, file: appArmorSwitch, text: "1", fix: appArmorProfile},
	{layer: "user", errno: unix.EPERM, file: "/.dockerenv",
		fix: "start the container with a seccomp profile that allows user namespaces: --security-opt seccomp=unconfined"},
	{layer: "user", errno: unix.EPERM, file: "/run/.containerenv",
		fix: "start the container with a seccomp profile that allows user namespaces: --security-opt seccomp=unconfined"},
	{layer: "user", errno: unix.EPERM, fix: "allow unprivileged user namespaces for this program in the system's security policy"},
	{layer: "user", errno: unix.EACCES, fix: "make the executable readable and executable for all users: chmod a+rx EXE"},
	{layer: "user", errno: unix.EAGAIN, fix: "raise the limit of processes: ulimit -u"},
	{layer: "user", errno: unix.EINVAL, fix: "use a kernel with user namespaces (CONFIG_USER_NS)"},
	// The namespace is there and powerless: what needs power in it first is what fails.
	{layer: "net", errno: unix.EPERM, file: appArmorSwitch, text: "1", fix: appArmorProfile},
	{layer: "uts", errno: unix.EPERM, file: appArmorSwitch, text: "1", fix: appArmorProfile},
	{layer: "cgroup", errno: unix.EPERM, file: appArmorSwitch, text: "1", fix: appArmorProfile},
	{layer: "mount", errno: unix.EACCES, file: appArmorSwitch, text: "1", fix: appArmorProfile},
	{layer: "mount", errno: unix.EPERM, file: appArmorSwitch, text: "1", fix: appArmorProfile},
	{layer: "root", errno: unix.EROFS, fix: "mount at a directory that exists in the read-only tree, or somewhere else"},
	{layer: "root", errno: unix.ENOSYS, fix: "use Linux 5.12 or newer"},
	{layer: "root", errno: unix.EINVAL, fix: "start from a root that is a mount point, not from a chroot"},
	{layer: "root", errno: unix.ENOENT, fix: "check that the directory exists"},
	{layer: "root", errno: unix.ENOSPC, fix: "raise the limit of memory file systems (Tmp)"},
	{layer: "proc", errno: unix.EPERM, fix: "unmask /proc of the container: --security-opt systempaths=unconfined"},
	{layer: "pid-max", fix: "use Linux 6.14 or newer"},
	{layer: "landlock-scope", fix: "use Linux 6.12 or newer with landlock among its security modules"},
	{layer: "seccomp", fix: "use a kernel with CONFIG_SECCOMP_FILTER"},
	{layer: "keyring", errno: unix.EDQUOT, fix: "raise the quota of keys: sysctl kernel.keys.maxkeys=2000"},
}

// fits reports whether the remedy is one for e on this machine.
func (r remedy) fits(e *SetupError) bool {
	if r.layer != e.Layer || r.errno != 0 && !errors.Is(e.Err, r.errno) {
		return false
	}
	if r.file == "" {
		return true
	}
	text, err := os.ReadFile(r.file)
	return err == nil && (r.text == "" || strings.TrimSpace(string(text)) == r.text)
}

// explain adds the fix, if one is known.
func explain(e *SetupError) *SetupError {
	for _, r := range remedies {
		if e.Fix == "" && r.fits(e) {
			exe, err := os.Executable()
			if err != nil {
				exe = "slidexec"
			}
			e.Fix = strings.ReplaceAll(r.fix, "EXE", exe)
		}
	}
	return e
}

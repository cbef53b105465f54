package toolchain

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides/fetch"
)

// The paths of cargo's files in its sandboxes. Fetching and building use the same paths, because
// repositories name their clones by path.
const (
	boxHome    = "/box/cargo"
	boxPackage = "/box/pkg"
	boxTarget  = "/box/target"
)

// fetchLimits bound fetching. Fetched files are in memory until they are complete, so Tmp and
// Inodes bound one program's packages.
var fetchLimits = sandbox.Limits{
	Wall: 10 * time.Minute, CPU: 10 * time.Minute, Memory: 3 << 30, Processes: 256,
	Files: 1024, FileSize: 1 << 30, Tmp: 1 << 30, Inodes: 200_000, Output: 8 << 20,
}

// limits returns the limits in force.
func (c *Cargo) limits() sandbox.Limits {
	l := fetchLimits
	l.Wall, l.Tmp, l.Inodes = cmp.Or(c.Limits.Wall, l.Wall), cmp.Or(c.Limits.Tmp, l.Tmp), cmp.Or(c.Limits.Inodes, l.Inodes)
	return l
}

// fetch runs cargo fetch in a sandbox and takes the crates. Without a gate there is no network. It
// starts in the root directory, because cargo reads settings from every directory above the current
// one.
func (c *Cargo) fetch(ctx context.Context, manifest []byte, gate *fetch.Gate) ([]byte, error) {
	limits := c.limits()
	p := &sandbox.Policy{Limits: limits, Mounts: slices.Concat(
		sandbox.System(), sandbox.Certificates(), c.trusted(), c.toolMounts(), c.Config.Mounts, []sandbox.Mount{
			{Kind: sandbox.CopyOn, Src: c.home(), Dst: boxHome},
			{Kind: sandbox.File, Dst: boxHome + "/config.toml", Data: []byte(c.Config.Fetch)},
			{Kind: sandbox.Tmpfs, Dst: boxPackage, Size: 64 << 20, Inodes: 1000},
			{Kind: sandbox.File, Dst: boxPackage + "/Cargo.toml", Data: manifest},
			{Kind: sandbox.File, Dst: boxPackage + "/" + ProgramFile, Data: []byte("fn main() {}\n")},
		})}
	args := []string{"-c", `"$@" && cat "$CARGO_LOCK"`, "sh", c.Cargo.Path, "fetch", "--manifest-path", boxPackage + "/Cargo.toml"}
	var lock, log bytes.Buffer
	var taken error
	cmd := &sandbox.Cmd{
		Path: "/bin/sh", Env: c.fetchEnv(), Dir: "/", Policy: p, Stdout: &lock, Stderr: &log, Unordered: true,
		Keep: boxHome, Kept: func(dir *os.Root, r sandbox.Result) error {
			if r.Status == sandbox.OK {
				taken = c.take(dir)
			}
			return nil
		},
	}
	if gate == nil {
		args = append(args, "--offline")
	} else {
		p.Net, cmd.Serve = sandbox.NetDoor, func(l net.Listener) { gate.Serve(ctx, l) }
	}
	cmd.Args = append([]string{"sh"}, args...)
	res, err := c.Run(ctx, cmd)
	switch {
	case err != nil:
		return nil, fmt.Errorf("fetch crates: %w", err)
	case ctx.Err() != nil:
		return nil, fmt.Errorf("fetch crates: %w", context.Cause(ctx))
	case taken != nil && errors.Is(taken, ErrTooMuch):
		return nil, c.tooMuch(log.Bytes())
	case taken != nil:
		return nil, fmt.Errorf("keep crates: %w", taken)
	case res.Status != sandbox.OK:
		said := bytes.ReplaceAll(log.Bytes(), []byte(" ("+boxPackage+")"), nil) // a path that tells an author nothing
		return nil, c.unfetched(res, said, gate)
	}
	return lock.Bytes(), nil
}

// take takes the crates out of a CARGO_HOME.
func (c *Cargo) take(dir *os.Root) error {
	other := func(name string) bool {
		top, _, _ := strings.Cut(name, string(filepath.Separator))
		return !slices.Contains(crates, top)
	}
	l := c.limits()
	return Taking{Skip: other, Links: true, Bytes: l.Tmp, Files: int(l.Inodes)}.Take(dir, c.home())
}

// unfetched says why crates are missing.
func (c *Cargo) unfetched(res sandbox.Result, log []byte, gate *fetch.Gate) error {
	if gate != nil {
		if refused := gate.Refused(); len(refused) > 0 {
			return refusedError(refused[0], log)
		}
	}
	switch {
	case gate != nil && gate.Exceeded(), bytes.Contains(log, []byte("No space left on device")):
		return c.tooMuch(log)
	case res.Status != sandbox.Exited:
		return &FetchError{Reason: cmp.Or(res.Reason, "cargo was stopped"), Log: log}
	}
	return &FetchError{Reason: cargoReason(log), Hint: fetchHint(string(log)), Log: log}
}

func (c *Cargo) tooMuch(log []byte) error {
	l := c.limits()
	return &FetchError{Reason: fmt.Sprintf("the packages are larger than %s, or have more than %d files", text.Size(l.Tmp), l.Inodes),
		Hint: "use fewer or smaller packages", Log: log}
}

// Refused returns the error for a place that a manifest names and that may not be fetched from.
func Refused(p fetch.Place) *FetchError {
	return refusedError(&fetch.Refusal{Place: p, Why: p.Private()}, nil)
}

// refusedError returns a gate's refusal as an error. No permission helps with an address that
// nobody may choose.
func refusedError(r *fetch.Refusal, log []byte) *FetchError {
	e := &FetchError{Reason: r.Error(), Place: r.Place.Host, Log: log}
	switch {
	case r.Why == "":
		e.Reason = fmt.Sprintf("programs may not fetch from %s", r.Place)
		e.Hint = fmt.Sprintf("--allow fetch=%s lets them", r.Place)
	default:
		e.Hint = "to fetch from a host in your own network, name it as a registry or a source in your ~/.cargo/config.toml"
	}
	return e
}

// treeSize adds up the plain files of one of our trees.
func treeSize(dir string) (size int64, files int) {
	_ = filepath.WalkDir(dir, func(_ string, e os.DirEntry, err error) error {
		if err != nil {
			return nil // vanished: it does not count
		}
		files++
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			size += info.Size()
		}
		return nil
	})
	return size, files
}

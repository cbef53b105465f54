package run

import (
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/slidexec/slidexec/internal/digest"
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/run/store"
	"github.com/slidexec/slidexec/slides/toolchain"
)

// A key names a result, or a compiled program, by all its inputs. Each key is made from a struct
// whose fields are those inputs (see package digest). A new field in one of these structs, or in a
// struct within them such as sandbox.Policy, becomes part of the key by itself.

// keyVersion changes whenever results of an earlier version must not be used by this one.
const keyVersion = "slidexec 4"

// origin begins every key.
type origin struct {
	Version   string
	Domain    string // the domain that owns it
	System    string // identifies the system's programs, and slidexec itself
	Headers   string // identifies files that compilers read beside the program
	NoSandbox bool
	Degraded  bool
	Tools     []toolID
	Env       []string
}

// toolID is the part of a key for a tool.
type toolID struct {
	Path, Stamp string
	Env         []string
	Mounts      []sandbox.Mount
}

// runInputs decide the output of a program.
type runInputs struct {
	Origin   origin
	Code     string
	Language string
	Executor string
	File     string
	Steps    [][]string
	Builder  lang.Builder
	Deny     bool
	Screen   [2]int         // size of the program's own terminal; zero: it has none
	Lines    bool           // it prints to terminals
	Policy   sandbox.Policy // without mounts: Tools and Folder cover those
	Grants   []string
	Folder   string // content that the program can read beside the deck
	Asides   []string
	Places   []placeID // likewise for granted places
}

// placeID is the part of a key for a place that programs may read.
type placeID struct{ Kind, Path, Dst, Content string }

// origin returns the origin of the job's results.
func (j *job) origin(tools []toolchain.Tool, env []string) origin {
	o := origin{
		Version: keyVersion, Domain: j.r.domainID, System: j.r.system, NoSandbox: j.r.o.NoSandbox, Degraded: j.r.o.Degraded, Env: env,
	}
	if j.plan.compiles() {
		o.Headers = j.scene.headers()
	}
	for _, t := range tools {
		o.Tools = append(o.Tools, toolID{t.Path, t.Stamp, t.Env, t.Mounts})
	}
	return o
}

// inputs returns the inputs that decide the result of a snippet. If the program can read more than
// can be searched, whole is false, and the result is not kept.
func (j *job) inputs() (in runInputs, whole bool) {
	files := j.scene.files()
	asides, ok := j.asides(files)
	places, granted := j.places()
	var screen [2]int
	if j.drawn() {
		screen = j.size
	}
	source, _ := j.plan.lang.Source(j.s.Code)
	return runInputs{
		Origin: j.origin(j.plan.tools, j.programEnv(nil)),
		Code:   source, Language: j.plan.lang.Name, Executor: j.s.Exec.Executor, File: j.plan.lang.File, Steps: j.plan.steps,
		Builder: j.plan.lang.Builder, Deny: j.plan.lang.Deny, Screen: screen, Lines: j.lines(), Policy: j.r.policy(j.with), Grants: j.with.Allow.Strings(),
		Folder: files.sum, Asides: asides, Places: places,
	}, ok && granted && files.err == nil
}

// name returns the name of the result that a snippet would have now, to compare with an earlier
// one. It leaves out places that the program may write to, or a run would make its own result out
// of date, and a size that a display has chosen.
func (j *job) name(in runInputs, whole bool) string {
	if !whole || j.r.o.NoSandbox || j.with.Allow.Has(permit.Write) {
		in.Folder, in.Asides, in.Places = "", nil, nil
	}
	if j.drawn() {
		in.Screen = fixedSize(j.s.Exec)
	}
	return keyOf(in)
}

// Sight is the present state of everything that decides the results of programs.
type Sight struct {
	Names   []string // of results, from everything that decides them: a result with another name is out of date
	Folders []string // the folders of the files among that, the outer ones first
}

// Look returns the names of snippets' results and the folders they depend on. It takes as long as
// reading the new files in the deck's folder.
func (r *Runner) Look(list []*slides.Snippet) Sight {
	tasks := make([]Task, len(list))
	for i, s := range list {
		tasks[i].Snippet = s
	}
	sc := r.scene(textsOf(tasks))
	look := Sight{Names: make([]string, len(list))}
	for i, s := range list {
		j, problem := r.job(Task{Snippet: s}, sc)
		if problem != nil {
			look.Names[i] = nameless(problem)
			continue
		}
		look.Names[i] = j.name(j.inputs())
	}
	if !r.o.NoSandbox {
		look.Folders = sc.files().folders
	}
	return look
}

// nameless names the result of a snippet that cannot be run.
func nameless(res *slides.Result) string {
	return keyOf([]string{string(res.Status), res.Remark.Says, res.Remark.Try})
}

// keyOf names a value. An open file counts by its identity, not by its content; a closed one counts
// as none.
func keyOf(v any) string {
	sum := digest.Of(v, func(p any) any {
		var st store.Stat
		if f := p.(*os.File); f != nil {
			st, _ = store.StatFile(f)
		}
		return [2]uint64{st.Dev, st.Ino}
	})
	return hex.EncodeToString(sum[:20])
}

// The system's programs and libraries are too many to be read. Installing, removing or updating one
// changes its directory or the list of its package manager, so those identify them. Headers that
// were installed by hand are checked one by one, as long as they are few.

// systemPlaces change with the installed programs.
var systemPlaces = []string{
	"/usr/local/bin", "/usr/bin", "/usr/sbin", "/bin", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/etc/alternatives",
	"/var/lib/dpkg/status", "/var/lib/rpm/rpmdb.sqlite", "/var/lib/rpm/Packages", "/lib/apk/db/installed", "/var/lib/pacman/local",
}

// systemStamp identifies this program and the programs of the system.
func systemStamp() string {
	var b strings.Builder
	if info, ok := debug.ReadBuildInfo(); ok {
		fmt.Fprintln(&b, info.Main.Version)
	}
	for _, place := range systemPlaces {
		if st, err := store.StatPath(place); err == nil {
			fmt.Fprintf(&b, "%s %v\n", place, st)
		}
	}
	if release, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		b.Write(release)
	}
	return b.String()
}

// mostHeaders is how many entries of the directories for headers are looked at.
const mostHeaders = 2_000

// headerStamp identifies the system files that compilers read.
func headerStamp() string {
	var b strings.Builder
	n := 0
	_ = filepath.WalkDir("/usr/local/include", func(path string, _ fs.DirEntry, err error) error {
		if n++; n > mostHeaders {
			return fs.SkipAll
		}
		if err != nil {
			return nil // gone, or not readable
		}
		if st, err := store.StatPath(path); err == nil {
			fmt.Fprintf(&b, "%q %v\n", path, st)
		}
		return nil
	})
	return keyOf(b.String())
}

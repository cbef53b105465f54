package run

import (
	"slices"
	"strings"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/permit"
)

// outcome translates the sandbox's report about a command into a result without output.
func outcome(r sandbox.Result, phase string, limits sandbox.Limits) slides.Result {
	out := slides.Result{
		State: slides.Done, Status: slides.Status(r.Status), Phase: phase, Exit: r.Exit, Signal: r.Signal,
		Limit: limitOf(r.Status, limits), Remark: slides.Remark{Says: r.Reason}, Layers: r.Layers, Missing: r.Missing,
		Omitted: r.Omitted, Truncated: r.Omitted > 0 || r.Status == sandbox.OutputLimit, Origin: slides.Live,
	}
	if phase == "run" {
		out.Elapsed = r.Elapsed
	}
	if r.Status == sandbox.Canceled { // a slide does not say by whom
		out.Remark = slides.Remark{}
	}
	return out
}

// limitOf returns the value of the limit that ended a command.
func limitOf(s sandbox.Status, l sandbox.Limits) int64 {
	return max(0, map[sandbox.Status]int64{
		sandbox.TimedOut: int64(l.Wall), sandbox.CPULimit: int64(l.CPU), sandbox.MemoryLimit: l.Memory,
		sandbox.OutputLimit: l.Output, sandbox.ProcessLimit: int64(l.Processes),
	}[s])
}

// notRun is the result of a snippet that could not be started.
func notRun(status slides.Status, says, try string) slides.Result {
	return slides.Result{State: slides.Done, Status: status, Remark: slides.Remark{Says: says, Try: try}, Origin: slides.Live}
}

// hint is a remedy to try when a failed program's output has certain words. Programs fail in a
// sandbox in ways that their messages do not explain.
type hint struct {
	says string
	try  string
	lang []string // only for these languages
}

// hints are tried in order; the first that fits is shown.
var hints = []hint{
	{says: "linker `cc` not found", try: "Rust needs a C compiler to link: install gcc or clang"},

	{says: "pkg-config", lang: []string{"rust", "rust-script"}, try: "a crate needs a C library that this system lacks: the output names it"},
	{says: "ModuleNotFoundError: No module named", try: "programs see the modules of the python in PATH: pip install the module there"},
	{says: "Unknown file extension \".ts\"", try: "node runs TypeScript since version 22.18: install that version, or use +exec:deno or +exec:bun"},
	{says: "SyntaxError", lang: []string{"typescript"}, try: "node runs TypeScript since version 22.18: install that version, or use +exec:deno or +exec:bun"},
	{says: "Cannot find module", lang: []string{"js", "typescript"}, try: "node looks for modules beside the program: put node_modules into the deck's folder and require('/work/node_modules/…')"},
	{says: "Unknown output format typst", try: "pandoc writes Typst since version 3: install that, or latex and dvisvgm"},
	{says: "name resolution", try: noNetwork},
	{says: "Could not resolve host", try: noNetwork},
	{says: "Name or service not known", try: noNetwork},
	{says: "Network is unreachable", try: noNetwork},
	{says: "ENETUNREACH", try: noNetwork},
	{says: "EAI_AGAIN", try: noNetwork},
	{says: "no such host", try: noNetwork},
	{says: "network is unreachable", try: noNetwork},
	{says: "No space left on device", try: "the sandbox limits /tmp, changes to the deck's folder, and namespaces"},
	{says: "Read-only file system", try: "programs can write only to /tmp and the deck's folder, and these files vanish afterwards; --allow write=PATH keeps them"},
	{says: "command not found", try: "programs see the commands of the system, not those in your home directory"},
}

// degradedHints are for runs without namespaces.
var degradedHints = []hint{
	{says: "unshare", try: noNamespaces},
	{says: "CLONE_NEW", try: noNamespaces},
	{says: "EPERM", try: noNamespaces},
	{says: "Operation not permitted", try: noNamespaces},
	{says: "ermission denied", try: "a degraded run has no /work, /tmp or /box: use the current directory, $TMPDIR and arguments"},
}

const noNamespaces = "this machine has no namespaces for programs (degraded run): `slidexec doctor` says how to get them"

const noNetwork = "programs have no network but a loopback of their own; --allow net lets them use yours"

// addHint adds a remedy to a failed result that has none.
func addHint(r slides.Result, lang string, with Settings) slides.Result {
	if r.Remark.Try != "" || r.Status != slides.Exited && r.Status != slides.Signaled {
		return r
	}
	said := string(r.Bytes())
	list := hints
	if slices.Contains(r.Missing, "namespace-caps") {
		list = slices.Concat(degradedHints, hints)
	}
	for _, h := range list {
		if h.try == noNetwork && with.Allow.Has(permit.Net) {
			continue
		}
		if (h.lang == nil || slices.Contains(h.lang, lang)) && strings.Contains(said, h.says) {
			r.Remark.Try = h.try
			return r
		}
	}
	return r
}

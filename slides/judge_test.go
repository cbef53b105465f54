package slides

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func done(s Status, change ...func(*Result)) Result {
	r := Result{State: Done, Status: s, Phase: "run"}
	for _, f := range change {
		f(&r)
	}
	return r
}

func exit(n int) func(*Result)          { return func(r *Result) { r.Exit = n } }
func killed(name string) func(*Result)  { return func(r *Result) { r.Signal = name } }
func on(s *Screen) func(*Result)        { return func(r *Result) { r.Screen = s } }
func during(phase string) func(*Result) { return func(r *Result) { r.Phase = phase } }

// TestJudge: every ending against every announcement. What stands behind an ending is all that it fulfils.
func TestJudge(t *testing.T) {
	announced := []Expect{ExpectDefault, ExpectSuccess, ExpectFailure, ExpectBuild, ExpectTimeout, ExpectExit(3), ExpectExit(127), ExpectSignal("SIGSEGV")}
	endings := []struct {
		name    string
		result  Result
		fulfils []Expect
	}{
		{"ok", done(OK), []Expect{ExpectDefault, ExpectSuccess}},
		{"exit 3", done(Exited, exit(3)), []Expect{ExpectFailure, ExpectExit(3)}},
		{"exit 0 that is no success", done(Exited, exit(0)), []Expect{ExpectFailure}},
		{"exit 1", done(Exited, exit(1)), []Expect{ExpectFailure}},
		{"missing command", done(Exited, exit(127)), []Expect{ExpectExit(127)}},
		{"signal", done(Signaled, killed("SIGSEGV")), []Expect{ExpectFailure, ExpectSignal("SIGSEGV")}},
		{"another signal", done(Signaled, killed("SIGABRT")), []Expect{ExpectFailure}},
		{"build", done(Exited, exit(3), during("build")), []Expect{ExpectBuild}},
		{"build by signal", done(Signaled, killed("SIGSEGV"), during("build")), []Expect{ExpectBuild}},
		{"time", done(TimedOut), []Expect{ExpectTimeout}},
		{"computing time", done(CPULimit), []Expect{ExpectTimeout}},
		{"time of a build", done(TimedOut, during("build")), nil},
		{"time of a screen", done(TimedOut, on(&Screen{})), []Expect{ExpectDefault, ExpectSuccess, ExpectTimeout}},
		{"computing time of a screen", done(CPULimit, on(&Screen{})), []Expect{ExpectTimeout}},
		{"a screen that fails", done(Exited, exit(3), on(&Screen{})), []Expect{ExpectFailure, ExpectExit(3)}},
		{"memory", done(MemoryLimit), nil},
		{"output", done(OutputLimit), nil},
		{"processes", done(ProcessLimit), nil},
		{"denied", done(Denied), nil},
		{"setup", done(SetupFailed, exit(3)), nil},
	}
	for _, e := range endings {
		for _, want := range announced {
			v := Judge(&Snippet{Exec: Exec{Expect: want}}, e.result)
			ruling := Bad
			if slices.Contains(e.fulfils, want) {
				ruling = Good
			}
			if v.Ruling != ruling || v.Want != want && want != ExpectDefault {
				t.Errorf("%s where %q is announced: %+v, want ruling %v", e.name, want, v, ruling)
			}
		}
	}
	for _, r := range []Result{{}, {State: Queued}, {State: Running, Phase: "build"}, done(Skipped), {State: Running, Screen: &Screen{}}} {
		if v := Judge(&Snippet{}, r); v.Ruling != Open {
			t.Errorf("%s: %+v", r.State, v)
		}
	}
	if v := Judge(nil, done(Canceled)); v.Ruling != Stopped {
		t.Errorf("stopped: %+v", v)
	}
}

// TestJudgeSaved: an announcement that is saved after the run counts at once.
func TestJudgeSaved(t *testing.T) {
	r := done(Exited, exit(3))
	if before, after := Judge(&Snippet{}, r), Judge(&Snippet{Exec: Exec{Expect: ExpectFailure}}, r); before.Ruling != Bad || after.Ruling != Good {
		t.Errorf("before %v, after %v", before.Ruling, after.Ruling)
	}
}

// png is a picture of 2 × 3 pixels.
const png = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x03\x08\x00\x00\x00\x00\x9c\x81\x81\x5d" +
	"\x00\x00\x00\rIDAT\x78\x9cc`db\x00#\x00\x000\x00\x0a\x05\xc3\xd6\xbf\x00\x00\x00\x00IEND\xaeB`\x82"

func TestJudgePictures(t *testing.T) {
	drew := func(out, errs string) Result {
		return done(OK, func(r *Result) { r.Log = []Chunk{{Data: []byte(out)}, {Stderr: true, Data: []byte(errs)}} })
	}
	for _, tt := range []struct {
		name   string
		in     Result
		says   string
		expect Expect
		ruling Ruling
	}{
		{"picture", drew(png, ""), "", "", Good},
		{"picture and a warning", drew(png, "careful\n"), "", "", Good},
		{"picture on stderr", drew("", png), "", "", Good},
		{"nothing", drew("", ""), "printed no picture", "", Bad},
		{"text", drew("hello\n", ""), "printed no picture", "", Bad},
		{"svg", drew("<svg/>", ""), "printed no picture", "", Bad},
		{"bmp", drew("BM\x36\x00", ""), "printed no picture", "", Bad},
		{"half", drew(png[:len(png)-8], ""), "printed part of a picture (PNG)", "", Bad},
		{"failed", done(Exited, exit(1)), "", "", Bad},
		{"failed as announced", done(Exited, exit(1)), "", ExpectFailure, Good},
	} {
		v := Judge(&Snippet{Exec: Exec{Mode: ModeImage, Expect: tt.expect}}, tt.in)
		if v.Ruling != tt.ruling || (v.NoPicture == nil) != (tt.says == "") || tt.says != "" && !strings.Contains(v.NoPicture.Error(), tt.says) {
			t.Errorf("%s: %+v", tt.name, v)
		}
	}
}

func TestParseExpect(t *testing.T) {
	for in, want := range map[string]Expect{
		"success": ExpectSuccess, "failure": ExpectFailure, "fail": ExpectFailure, "build": ExpectBuild, "timeout": ExpectTimeout,
		"exit=3": ExpectExit(3), "exit=0": ExpectSuccess, "exit=003": ExpectExit(3), "signal=SIGSEGV": ExpectSignal("SIGSEGV"),
		"signal=segv": ExpectSignal("SIGSEGV"), "signal=RTMIN+3": ExpectSignal("SIGRTMIN+3"),
		"signal=SIGRTMIN": ExpectSignal("SIGRTMIN"), "signal=RTMIN+0": ExpectSignal("SIGRTMIN"), "signal=RTMIN+03": ExpectSignal("SIGRTMIN+3"),
		"signal=RTMIN+30": ExpectSignal("SIGRTMAX"), "signal=rtmax-2": ExpectSignal("SIGRTMIN+28"), "signal=RTMAX-30": ExpectSignal("SIGRTMIN"),
	} {
		if got, err := ParseExpect(in); got != want || err != nil {
			t.Errorf("ParseExpect(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
	for in, want := range map[string]string{
		"faliure":   `want success, failure, build, exit=N, signal=NAME or timeout, got "faliure"; did you mean "failure"?`,
		"success=1": `; did you mean "success"?`, "exit": "want an exit status from 0 to 255, got none", "exit=256": "0 to 255", "exit=-1": "0 to 255",
		"exit:3": `; did you mean "exit=3"?`, "signal": "want the name of a signal", "signal=SIGSEV": `; did you mean "signal=SIGSEGV"?`,
		"signal=CHLD": "that ends programs", "signal=RTMIN+31": "that ends programs", "signal=RTMAX-31": "that ends programs",
		"signal=RTMIN+-1": "that ends programs", "signal=RTMIN-1": "that ends programs", "signal=RTMAX+0": "that ends programs", "banana": `got "banana"`,
	} {
		_, err := ParseExpect(in)
		bad, ok := errors.AsType[*BadExpect](err)
		if !ok || !strings.Contains(bad.Msg+"; "+bad.Try, want) {
			t.Errorf("ParseExpect(%q): %v, want %q", in, err, want)
		}
	}
}

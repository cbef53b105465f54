package slides

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
)

// Expect is the outcome that the author announced with +expect, as the text after the colon:
// "failure", "exit=3", "signal=SIGSEGV". Equal announcements are equal strings.
type Expect string

// Expectations. ExpectExit and ExpectSignal make the others. The zero value is success.
const (
	ExpectDefault Expect = ""
	ExpectSuccess Expect = "success"
	ExpectFailure Expect = "failure" // the program ran and failed
	ExpectBuild   Expect = "build"   // its build failed
	ExpectTimeout Expect = "timeout" // it ran until a time limit ended it
)

// ExpectExit announces an exit status.
func ExpectExit(n int) Expect {
	if n == 0 {
		return ExpectSuccess
	}
	return Expect("exit=" + strconv.Itoa(n))
}

// ExpectSignal announces a signal, "SIGSEGV".
func ExpectSignal(name string) Expect { return Expect("signal=" + name) }

// Expectations lists the possible announcements, for messages and documents.
const Expectations = "success, failure, build, exit=N, signal=NAME or timeout"

// signals are those that end a program, as kill -l lists them.
var signals = strings.Fields("HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT " +
	"XCPU XFSZ VTALRM PROF IO PWR SYS")

// BadExpect says what is wrong with an announcement, and suggests a similar one if there is one.
type BadExpect struct{ Msg, Try string }

func (e *BadExpect) Error() string { return e.Msg }

// ParseExpect reads an announcement. The error is a *BadExpect.
func ParseExpect(word string) (Expect, error) {
	kind, arg, _ := strings.Cut(word, "=")
	switch {
	case kind == "exit":
		n, err := strconv.ParseUint(arg, 10, 8)
		if err != nil {
			return "", &BadExpect{"want an exit status from 0 to 255, " + got(arg), "as in exit=3"}
		}
		return ExpectExit(int(n)), nil
	case kind == "signal":
		return parseSignal(arg)
	case word == "fail":
		return ExpectFailure, nil
	}
	plain := []string{string(ExpectSuccess), string(ExpectFailure), string(ExpectBuild), string(ExpectTimeout)}
	if slices.Contains(plain, word) {
		return Expect(word), nil
	}
	bad := &BadExpect{Msg: fmt.Sprintf("want %s, got %q", Expectations, word)}
	head, rest, _ := strings.Cut(strings.ReplaceAll(word, ":", "="), "=")
	switch near := text.Nearest(head, append(plain, "exit", "signal")); {
	case near == "":
	case slices.Contains(plain, near):
		bad.Try = fmt.Sprintf("did you mean %q?", near)
	default:
		if _, err := ParseExpect(near + "=" + rest); err == nil {
			bad.Try = fmt.Sprintf("did you mean %q?", near+"="+rest)
		}
	}
	return "", bad
}

// parseSignal reads "SIGSEGV", "segv", and real-time signals as realTime does.
func parseSignal(arg string) (Expect, error) {
	name := strings.TrimPrefix(strings.ToUpper(arg), "SIG")
	if slices.Contains(signals, name) {
		return ExpectSignal("SIG" + name), nil
	}
	if n, ok := realTime(name); ok {
		return ExpectSignal(n), nil
	}
	hint := "as in signal=SIGSEGV"
	if near := text.Nearest(name, signals); near != "" {
		hint = fmt.Sprintf("did you mean %q?", "signal=SIG"+near)
	}
	return "", &BadExpect{"want the name of a signal that ends programs, " + got(arg), hint}
}

func got(arg string) string {
	if arg == "" {
		return "got none"
	}
	return fmt.Sprintf("got %q", arg)
}

// realTimes is how many real-time signals follow the first one.
const realTimes = 30

// realTime returns the name that results have for a real-time signal, which may be written as RTMIN+3 or
// as RTMAX-27.
func realTime(name string) (string, bool) {
	switch name {
	case "RTMIN":
		name += "+0"
	case "RTMAX":
		name += "-0"
	}
	digits, up := strings.CutPrefix(name, "RTMIN+")
	if !up {
		var down bool
		if digits, down = strings.CutPrefix(name, "RTMAX-"); !down {
			return "", false
		}
	}
	n, err := strconv.ParseUint(digits, 10, 8)
	if err != nil || n > realTimes {
		return "", false
	}
	if !up {
		n = realTimes - n
	}
	switch n {
	case 0:
		return "SIGRTMIN", true
	case realTimes:
		return "SIGRTMAX", true
	}
	return fmt.Sprintf("SIGRTMIN+%d", n), true
}

package slides

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
)

// A result says what happened. Whether that is good depends on the deck's announcement, which may
// be edited after the run. So no code stores a judgement: code that marks, colours, counts or
// reports a run asks Judge, and always gets the same answer.

// Ruling is the author's view of a run.
type Ruling int

// Rulings.
const (
	Open    Ruling = iota // it has not ended, or not begun, or it was skipped
	Good                  // it ended as announced
	Bad                   // it ended otherwise: check and exports count it as a failure
	Stopped               // somebody stopped it before it could end
)

// Verdict is the meaning of a result for the deck that has its snippet.
type Verdict struct {
	Ruling
	Want   Expect // the announcement in force: ExpectSuccess if the fence has none
	Ending Expect // the announcement that this ending would fulfil, "" if there is none
	// NoPicture says why a program counts as failed that ended well but printed no picture.
	NoPicture error
}

// Judge compares the result of a snippet with the announcement of its fence. It needs the whole
// result: for +image, the output counts, too.
//
// +expect:failure means that a program ran and failed by its own exit status or signal. A failed
// build, a missing command (exit status 127), and a time limit count only if they are announced by
// name. Other limits, denials and failures to start a program cannot be announced.
//
// A program in a pseudo terminal may draw until somebody presses a key. Where nobody can, the time
// limit ends it, and what it drew is what it was run for: without another announcement, that is a
// success.
func Judge(s *Snippet, r Result) Verdict {
	v := Verdict{Want: ExpectSuccess}
	if s != nil && s.Exec.Expect != ExpectDefault {
		v.Want = s.Exec.Expect
	}
	if r.State != Done || r.Status == Skipped {
		return v
	}
	if v.Ending = r.ending(); v.Ending == v.Want || v.Want == ExpectFailure && r.failedByItself() {
		v.Ruling = Good
	} else if v.Ruling = Bad; r.Status == Canceled {
		v.Ruling = Stopped
	} else if v.Want == ExpectSuccess && r.Status == TimedOut && r.Screen != nil {
		v.Ruling = Good
	}
	if v.Ending == ExpectSuccess && v.Ruling == Good && s != nil && s.Exec.Draws() {
		if _, _, v.NoPicture = r.Picture(); v.NoPicture != nil && s.Exec.Mode == ModeRender {
			if v.NoPicture = errNotDrawn; r.Formula() != nil {
				v.NoPicture = nil
			}
		}
		if v.NoPicture != nil {
			v.Ruling = Bad
		}
	}
	return v
}

// ending returns the announcement that a finished run fulfils.
func (r Result) ending() Expect {
	building := r.Phase == "fetch" || r.Phase == "build"
	switch r.Status {
	case OK:
		return ExpectSuccess
	case Exited, Signaled:
		switch {
		case building:
			return ExpectBuild
		case r.Status == Signaled:
			return ExpectSignal(r.Signal)
		}
		return Expect("exit=" + strconv.Itoa(r.Exit)) // even if the status is Exited with 0
	case TimedOut, CPULimit:
		if !building {
			return ExpectTimeout
		}
	}
	return ""
}

// commandNotFound is the exit status of shells whose last command is missing.
const commandNotFound = 127

// failedByItself reports whether a program ran and failed.
func (r Result) failedByItself() bool {
	ran := r.Phase != "fetch" && r.Phase != "build"
	return ran && (r.Status == Signaled || r.Status == Exited && r.Exit != commandNotFound)
}

// errNoPicture applies to most programs that should have printed a picture.
var errNoPicture = errors.New("the program printed no picture (PNG, JPEG, GIF, WebP, AVIF or SVG)")

var errNotDrawn = errors.New("the tool drew nothing")

// Formula returns the MathML that a tool made of a formula, nil if it made none.
func (r Result) Formula() []byte {
	out := r.Stream(false)
	from := bytes.Index(out, []byte("<math"))
	to := bytes.Index(out, []byte("</math>"))
	if from < 0 || to < from {
		return nil
	}
	return out[from : to+len("</math>")]
}

// draws reports whether output begins as a picture.
func draws(data []byte) bool {
	return IsPicture(data) || svgTag().Match(data[:min(len(data), svgHead)])
}

// Picture returns the picture that a program printed: to stdout, or else to both streams as one.
func (r Result) Picture() (data []byte, p Picture, err error) {
	if data = r.Stream(false); !draws(data) {
		data = r.Bytes()
	}
	if !draws(data) {
		return nil, Picture{}, errNoPicture
	}
	if p, err = ParsePicture(data); err != nil {
		return data, p, errors.New("the program printed " + err.Error())
	}
	if p.Type == svgType && !bytes.Contains(data, []byte("</svg")) && !bytes.HasSuffix(bytes.TrimSpace(data), []byte("/>")) {
		return data, p, errors.New("the program printed part of a picture (SVG): the end is missing")
	}
	if len(data) > MaxPicture {
		return data, p, errors.New("the program printed " + errTooLarge.Error())
	}
	return data, p, nil
}

// Readable returns r with the readable part of its output: without the picture that s draws, whole
// or half.
func (r Result) Readable(s *Snippet) Result {
	if s != nil && (s.Exec.Mode == ModeRender || s.Exec.Mode == ModeImage && draws(r.Stream(false))) {
		r.Log = slices.DeleteFunc(slices.Clone(r.Log), func(c Chunk) bool { return !c.Stderr })
	}
	return r
}

package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/paper"
	"github.com/slidexec/slidexec/render/plot"
)

// printers are the ways in which pages get into a PDF file, the values of --printer: by a browser of this
// machine, or drawn by slidexec itself.
var printers = []string{"browser", "drawn"}

// choosePrinter decides how pages and pictures are made: by a browser if there is one. Without one,
// slidexec draws pages itself, and says so. Only a browser makes pictures.
func (j *renderJob) choosePrinter(ctx context.Context, f format) error {
	switch {
	case j.printer != "" && !slices.Contains(printers, j.printer):
		return usageError{fmt.Errorf("unknown printer %q; %s", j.printer, text.Suggest(j.printer, "the printers are ", printers))}
	case j.printer != "" && !f.pages:
		return usageError{fmt.Errorf("--printer is for pdf: it says how its pages are made")}
	case !f.binary:
		return nil
	}
	_, err := paper.Browser()
	if !f.pages || j.printer == "browser" || err == nil && j.printer == "" {
		return err
	}
	if j.printer == "" {
		j.ui.say("note: no browser to print with (Chromium or Google Chrome), so slidexec draws the pages itself")
	}
	date, err := paper.Date()
	if err != nil {
		return err
	}
	j.look.drawn = &plot.PDF{
		Layout: plot.Layout{Slide: j.look.slide, Step: j.look.step, Steps: j.look.steps, Notes: j.look.notes, PerPage: j.look.perPage},
		Date:   date, Draw: j.vector(ctx), Say: j.ui.say,
	}
	return nil
}

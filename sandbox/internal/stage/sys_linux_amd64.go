package stage

const (
	sysSeccomp = 317
	sysStatx   = 332
)

package hookmill

import "fmt"

// Level says how much a message matters.
type Level uint32

// In the contract's order.
const (
	LevelTrace Level = iota
	LevelDebug
	LevelInfo
	LevelWarn
	LevelError
)

// Log adds a message to the attempt's log, formatted as by [fmt.Sprintf]; on
// the host, it goes to standard error. What is printed there by other means
// gets into the log as well.
func Log(level Level, format string, arguments ...any) {
	write(level, fmt.Sprintf(format, arguments...))
}

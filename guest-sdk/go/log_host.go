//go:build !wasip1

package hookmill

import (
	"fmt"
	"os"
)

func write(level Level, message string) {
	names := [...]string{"trace", "debug", "info", "warn", "error"}
	fmt.Fprintf(os.Stderr, "%s: %s\n", names[level], message)
}

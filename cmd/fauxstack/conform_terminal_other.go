//go:build !unix && !server

package main

import "os"

// columns is not known here.
func columns(*os.File) int { return 0 }

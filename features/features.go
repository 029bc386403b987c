// Package features is the specification: what the emulator does, and what a cloud does that it is true to, as Gherkin
// scenarios in business words. The package steps runs them, against an emulator or against any cloud.
package features

import "embed"

// FS holds the feature files, features/<service>/<operation>.feature, and those of the
// variants in a folder of their own.
//
//go:embed keystone glance cinder nova faults
var FS embed.FS

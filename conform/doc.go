// Package conform holds a cloud against the features: it runs them on a target, shows how it is going, and writes reports.
// The command "fauxstack conform" is its face.
//
// A Target is an emulator in this process or a running cloud. A scenario that the target cannot run is skipped with a
// reason. What scenarios make on a running cloud is removed, by each scenario and, where one was cut short, at the end; what
// could not be removed is told by its id.
package conform

// Package contract validates what a cloud answers against the OpenAPI documents of the upstream APIs: that the status is
// one that the operation lists, that the body conforms to the schema for it, and that the listed headers are there. The
// documents are not part of the project; a folder has them, which the environment variable FAUXSTACK_CONTRACT names.
//
// The contract describes successes. Errors it lists at most by status, so that of an error only the 5xx is a difference,
// except 501, which is how the emulator says that it does not have an operation.
package contract

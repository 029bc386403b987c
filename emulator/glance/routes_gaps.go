package glance

// gaps are the operations that upstream has and this does not: they answer 501. There is none left.
var gaps []operation

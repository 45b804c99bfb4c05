module example.com/{{name}}

go 1.24

require hookmill v0.0.0

// The SDK is a copy in this folder: nothing is downloaded.
replace hookmill => ./sdk

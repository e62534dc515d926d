package v1

import "slices"

// routes are all routes of the API, one list per resource.
func routes() []entry {
	return slices.Concat(
		signInRoutes,
		meRoutes,
		contextRoutes,
		clientRoutes,
		clientAccessRoutes,
		clientLimitRoutes,
		clientEndRoutes,
		clientBulkRoutes,
		propertyRoutes,
		clientPropertyRoutes,
		settingRoutes,
		activityRoutes,
		peopleRoutes,
		roleRoutes,
		personRoutes,
		invitationRoutes,
		groupRoutes,
		profileRoutes, keyRoutes,
		userPropertyRoutes,
		passwordRoutes,
		outboxRoutes,
		jobRoutes,
		uploadRoutes,
		dataSourceRoutes,
		klipRoutes,
		resultRoutes,
		formulaRoutes,
		functionRoutes,
		dashboardRoutes,
		barRoutes,
		defaultRoutes,
		binRoutes,
		assetRoutes,
		assetBulkRoutes,
		importRoutes,
		arrivalRoutes,
		rolloutRoutes,
		instanceRoutes,
		liveRoutes,
		tourRoutes, demoRoutes,
	)
}
